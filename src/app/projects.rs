//! Projects: what their articles have in common, and how a change of them is made and taken back.
//!
//! Invariant: a [`Change`] says what was there before and what shall be, so that its inverse takes it back; writing it
//! rewrites no article. The app itself knows of projects only what this device remembers of the chosen one: a text of
//! two lines, the record of the membership ([`Home`]) and the record of a document without words that has the project's
//! schema. So that it needs no more code than what it has for articles.

use std::rc::Rc;

use super::records::{Base, Home, Project, Record, RecordError};
use crate::model::{Document, DocumentId, DocumentInfo, Extra, Intake, ProjectId, Schema};
use crate::text::Text;

/// What is to be remembered of the chosen project.
///
/// # Errors
/// Where it has no stored form.
pub fn remembered(project: &Project) -> Result<String, RecordError> {
    let home = Home { project: project.id.clone() }.encode()?;
    let template = Base(template(project)).encode()?;
    Ok(format!("{home}\n{template}"))
}

/// The record of the membership, of what is remembered.
#[must_use]
pub fn home(remembered: &str) -> Option<Rc<str>> {
    remembered.split_once('\n').map(|(home, _)| home.into())
}

/// The schema, of what is remembered.
#[must_use]
pub fn schema(remembered: &str) -> Option<Schema> {
    let Base(template) = Base::decode(remembered.split_once('\n')?.1).ok()?;
    Some(Rc::unwrap_or_clone(template.schema))
}

/// A document without words that has a project's schema: what the schema editor is opened with, too.
#[must_use]
pub fn template(project: &Project) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new(project.id.as_str()),
        title: project.name.clone(),
        text: Text::new(String::new()),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: Some(project.created.clone()),
        extra: Extra::new(),
    };
    Document { schema: Rc::clone(&project.schema), ..Document::new(info, Schema::default()) }
}

/// A change of projects and of what belongs to them: what was there, and what shall be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Projects, before and after; none where there was or shall be none.
    pub projects: Vec<(Option<Project>, Option<Project>)>,
    /// Documents, and the project that each belonged to and shall belong to.
    pub homes: Vec<(DocumentId, Option<ProjectId>, Option<ProjectId>)>,
    /// Documents that shall be in the bin, or shall be out of it.
    pub bin: Vec<(DocumentId, bool)>,
    /// Documents that shall be in the archive, or shall be out of it.
    pub archived: Vec<(DocumentId, bool)>,
}

impl Change {
    /// Puts documents into the bin, or takes them out.
    #[must_use]
    pub fn bin(ids: impl IntoIterator<Item = DocumentId>, deleted: bool) -> Self {
        Self { bin: ids.into_iter().map(|id| (id, deleted)).collect(), ..Self::default() }
    }

    /// Puts documents into the archive, or takes them out.
    #[must_use]
    pub fn archive(ids: impl IntoIterator<Item = DocumentId>, archived: bool) -> Self {
        Self { archived: ids.into_iter().map(|id| (id, archived)).collect(), ..Self::default() }
    }

    /// What takes it back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self {
            projects: self.projects.into_iter().map(|(before, after)| (after, before)).collect(),
            homes: self.homes.into_iter().map(|(id, before, after)| (id, after, before)).collect(),
            bin: self.bin.into_iter().map(|(id, deleted)| (id, !deleted)).collect(),
            archived: self.archived.into_iter().map(|(id, archived)| (id, !archived)).collect(),
        }
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.projects.is_empty() && self.homes.is_empty() && self.bin.is_empty() && self.archived.is_empty()
    }
}
