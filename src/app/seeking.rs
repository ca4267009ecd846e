//! Looking for words in all articles: what the page shows, and which question comes next.
//!
//! Invariant: [`Seeking::act`] is pure. The articles are asked for some at a time, one question after another, so that
//! what was found comes in piece by piece; answers to anything but the newest question are dropped, and until the first
//! answer is there, what was found before stays.

use std::rc::Rc;

use super::action::Listing;
use super::errand::seek::{Answer, Goal, Looked, Order, Place};
use super::finding::Way;
use super::records::Project;
use super::words::count_words;
use crate::model::{DocumentId, ProjectId, sort_by};
use crate::query::search::Wanted;

/// Of one article and kind, so many hits are shown.
const SHOWN: usize = 20;
/// Once so many are shown in all, one of each article is enough.
const MOST: usize = 20_000;
/// One question is about so many articles and characters at most; the first one about fewer, so that something is
/// there at once.
const BATCH: (usize, usize) = (64, 300_000);
const FIRST: (usize, usize) = (16, 60_000);

/// An article that can be looked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: DocumentId,
    /// What people call it.
    pub title: String,
    /// The length of its text.
    characters: usize,
    /// The number of its last step.
    seq: u64,
    home: Option<ProjectId>,
}

/// How far the page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is asked for.
    #[default]
    Idle,
    /// Articles are being looked in.
    Looking,
    /// A person has stopped it.
    Stopped,
    /// All articles were looked in.
    Done,
}

/// Why nothing more is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The expression cannot be run, and why.
    Expression(String),
    /// Something failed, and what.
    Fault(String),
}

/// One article in which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What people call it.
    pub title: String,
    /// What was found in it.
    pub looked: Looked,
}

/// A row of the list, with the place of its article in [`Seeking::found`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The article.
    Title(usize),
    /// One of its hits, by its place.
    Hit(usize, usize),
    /// That there are more.
    More(usize),
}

/// The page as it stands.
#[derive(Clone, Debug)]
pub struct Seeking {
    /// What is looked for.
    pub wanted: Wanted,
    /// Where it may stand.
    pub places: Vec<Place>,
    /// The chosen project: its id and its name.
    pub project: Option<(ProjectId, String)>,
    /// Whether all articles are looked in, although a project is chosen.
    pub all: bool,
    /// All articles of this device, the last changed first; none until the storage has answered.
    everything: Option<Vec<Rc<Article>>>,
    /// Those that are looked in.
    pub articles: Rc<Vec<Rc<Article>>>,
    /// Where something was found, in the order of the articles.
    pub found: Vec<Rc<Found>>,
    /// What stands in the list.
    pub rows: Vec<Row>,
    /// How many hits there are.
    pub hits: usize,
    /// Whether there are more than that.
    pub more: bool,
    /// Into how many articles was looked.
    pub done: usize,
    /// How far the page is.
    pub progress: Progress,
    /// Why nothing more is found.
    pub trouble: Option<Trouble>,
    /// Articles that could not be read: what they are called, and why.
    pub unread: Vec<(String, String)>,
    /// The chosen row.
    pub at: Option<usize>,
    /// Grows whenever what was found for other words goes.
    pub turn: u32,
    /// The number of the newest question, and how many articles it is about.
    asked: u32,
    batch: usize,
    /// Whether the next answer is the first one for these words.
    fresh: bool,
}

/// Something that happened on the page.
#[derive(Clone, Debug)]
pub enum SeekAction {
    /// The storage answered which articles and projects there are; or why it cannot, in words.
    Listed(Result<(Vec<Listing>, Vec<Project>), String>),
    /// Other words were typed.
    Words(String),
    /// A way to look was switched on or off.
    Switch(Way),
    /// A place was switched on or off.
    Place(Place),
    /// Look in all articles, or in the chosen project.
    All(bool),
    /// The answer to the question of that number; or why there is none, in words.
    Answered(u32, Result<Answer, String>),
    /// The question of that number took too long, and was given up.
    Slow(u32),
    /// No further.
    Stop,
    /// Further, after a stop or a fault.
    GoOn,
    /// A row was chosen.
    At(usize),
    /// What a row leads to shall be opened.
    Open(usize),
    /// Stop what runs, else close.
    Escape,
    /// Close the page.
    Close,
}

/// What the page wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum SeekEffect {
    /// Read which articles and projects there are.
    List,
    /// Ask: the number of the question.
    Ask(u32, Order),
    /// Whatever is being looked for is not wanted any more.
    Drop,
    /// Open an article, at a place.
    Open(DocumentId, Goal),
    /// Close the page.
    Close,
}

impl Seeking {
    /// The page before anything is known, with the words that it begins with and the chosen project.
    #[must_use]
    pub fn new(wanted: Wanted, chosen: Option<ProjectId>) -> Self {
        Self {
            wanted,
            places: Place::ALL.to_vec(),
            project: chosen.map(|id| (id, String::new())),
            all: false,
            everything: None,
            articles: Rc::default(),
            found: Vec::new(),
            rows: Vec::new(),
            hits: 0,
            more: false,
            done: 0,
            progress: Progress::Idle,
            trouble: None,
            unread: Vec::new(),
            at: None,
            turn: 0,
            asked: 0,
            batch: 0,
            fresh: true,
        }
    }

    /// The page once more, as it was left, for the project that is chosen by now.
    pub fn reopen(&mut self, chosen: Option<ProjectId>) {
        if self.project.as_ref().map(|(id, _)| id) != chosen.as_ref() {
            self.project = chosen.map(|id| (id, String::new()));
            self.all = false;
        }
    }

    /// Does what happened; answers what has to be done.
    #[must_use]
    pub fn act(&mut self, action: SeekAction) -> Option<SeekEffect> {
        match action {
            SeekAction::Listed(Ok((listings, projects))) => self.listed(listings, &projects),
            SeekAction::Listed(Err(why)) => {
                self.trouble = Some(Trouble::Fault(why));
                None
            }
            SeekAction::Words(words) => {
                if words == self.wanted.words {
                    return None;
                }
                self.wanted.words = words;
                self.begin(false)
            }
            SeekAction::Switch(way) => {
                let on = match way {
                    Way::Exact => &mut self.wanted.exact,
                    Way::Whole => &mut self.wanted.whole,
                    Way::Expression => &mut self.wanted.expression,
                };
                *on = !*on;
                self.begin(false)
            }
            SeekAction::Place(place) => {
                let on = self.places.contains(&place);
                let is_wanted = |one: &Place| if *one == place { !on } else { self.places.contains(one) };
                self.places = Place::ALL.into_iter().filter(is_wanted).collect();
                self.begin(false)
            }
            SeekAction::All(all) => {
                self.all = all;
                self.choose_articles();
                self.begin(false)
            }
            SeekAction::Answered(asked, answer) => {
                if asked != self.asked || self.progress != Progress::Looking {
                    return None;
                }
                match answer {
                    Ok(Answer::Looked(all)) => self.take(all),
                    Ok(Answer::Cannot(why)) => self.give_up(Trouble::Expression(why)),
                    Err(why) => self.fail(Trouble::Fault(why)),
                }
            }
            SeekAction::Slow(asked) => {
                if asked != self.asked || self.progress != Progress::Looking {
                    return None;
                }
                let all = count_words(self.articles.len(), "article", "articles");
                let done = self.done;
                let what =
                    if self.wanted.expression { "This expression takes too long" } else { "This takes too long" };
                let hint = if self.wanted.expression { " Make it simpler, with fewer repetitions." } else { "" };
                self.fail(Trouble::Fault(format!("{what}: stopped after {done} of {all}.{hint}")))
            }
            SeekAction::Stop => {
                if self.progress != Progress::Looking {
                    return None;
                }
                self.clear_old();
                self.progress = Progress::Stopped;
                Some(SeekEffect::Drop)
            }
            SeekAction::GoOn if self.everything.is_none() => {
                self.trouble = None;
                Some(SeekEffect::List)
            }
            SeekAction::GoOn => {
                self.trouble = None;
                self.ask()
            }
            SeekAction::At(row) => {
                self.at = Some(row).filter(|row| *row < self.rows.len());
                None
            }
            SeekAction::Open(row) => {
                self.at = Some(row).filter(|row| *row < self.rows.len());
                let (id, goal) = self.goal(row)?;
                Some(SeekEffect::Open(id, goal))
            }
            SeekAction::Escape if self.progress == Progress::Looking => self.act(SeekAction::Stop),
            SeekAction::Escape | SeekAction::Close => Some(SeekEffect::Close),
        }
    }

    fn listed(&mut self, listings: Vec<Listing>, projects: &[Project]) -> Option<SeekEffect> {
        let known = |id: &ProjectId| projects.iter().find(|project| project.id == *id && project.deleted.is_none());
        self.project = self.project.take().and_then(|(id, _)| {
            let name = known(&id)?.name.clone();
            Some((id, name))
        });
        let mut kept: Vec<Listing> = listings.into_iter().filter(|listing| !listing.deleted).collect();
        sort_by(&mut kept, |a, b| b.header.modified.cmp(&a.header.modified));
        let article = |Listing { header, home, .. }: Listing| {
            Rc::new(Article {
                id: header.id,
                title: header.title,
                characters: header.characters,
                seq: header.seq,
                home,
            })
        };
        self.everything = Some(kept.into_iter().map(article).collect());
        let before = Rc::clone(&self.articles);
        self.choose_articles();
        self.trouble = None;
        // What was found in the very same articles is as good as anew.
        if self.progress == Progress::Done && before == self.articles {
            return None;
        }
        self.begin(true)
    }

    fn choose_articles(&mut self) {
        let Some(everything) = &self.everything else { return };
        let of = self.project.as_ref().filter(|_| !self.all).map(|(id, _)| id);
        let wanted = |article: &&Rc<Article>| of.is_none_or(|id| article.home.as_ref() == Some(id));
        self.articles = Rc::new(everything.iter().filter(wanted).cloned().collect());
    }

    /// Looks from the first article on. The chosen row stays where the words are the same.
    fn begin(&mut self, same: bool) -> Option<SeekEffect> {
        if !same {
            self.at = None;
        }
        (self.done, self.fresh, self.trouble) = (0, true, None);
        self.unread.clear();
        if self.wanted.words.is_empty() || self.places.is_empty() || self.articles.is_empty() {
            self.clear_old();
            self.progress = Progress::Idle;
            self.asked += 1;
            return Some(SeekEffect::Drop);
        }
        self.ask()
    }

    /// Asks for the next articles.
    fn ask(&mut self) -> Option<SeekEffect> {
        self.asked += 1;
        let (most, characters) = if self.done == 0 { FIRST } else { BATCH };
        let rest = self.articles.get(self.done..).unwrap_or_default();
        if rest.is_empty() {
            self.clear_old();
            self.progress = Progress::Done;
            return None;
        }
        let mut length = 0;
        let fit = rest.iter().take(most).take_while(|article| {
            length += article.characters;
            length <= characters
        });
        // One that is larger than all of that is asked for by itself.
        self.batch = fit.count().max(1);
        self.progress = Progress::Looking;
        let shown = if self.rows.len() < MOST { SHOWN } else { 1 };
        Some(SeekEffect::Ask(
            self.asked,
            Order {
                wanted: self.wanted.clone(),
                places: self.places.clone(),
                shown,
                articles: rest.iter().take(self.batch).map(|article| article.id.clone()).collect(),
            },
        ))
    }

    /// What was found for other words goes.
    fn clear_old(&mut self) {
        if std::mem::take(&mut self.fresh) {
            self.found.clear();
            self.rows.clear();
            self.turn += u32::from(self.at.is_none());
            (self.hits, self.more) = (0, false);
        }
    }

    fn take(&mut self, all: Vec<Result<Looked, (DocumentId, String)>>) -> Option<SeekEffect> {
        self.clear_old();
        let asked = self.articles.get(self.done..).unwrap_or_default();
        let titles: Vec<Rc<Article>> = asked.iter().take(self.batch).cloned().collect();
        let title = |id: &DocumentId| {
            let article = titles.iter().find(|article| article.id == *id);
            article.map(|article| article.title.clone()).unwrap_or_default()
        };
        for one in all {
            match one {
                Ok(looked) if looked.count == 0 => {}
                Ok(looked) => {
                    let at = self.found.len();
                    self.rows.push(Row::Title(at));
                    self.rows.extend((0..looked.hits.len()).map(|hit| Row::Hit(at, hit)));
                    if looked.count > looked.hits.len() {
                        self.rows.push(Row::More(at));
                    }
                    self.hits += looked.count;
                    self.more |= looked.more;
                    self.found.push(Rc::new(Found { title: title(&looked.id), looked }));
                }
                Err((id, why)) => self.unread.push((title(&id), why)),
            }
        }
        self.done += self.batch;
        let next = self.ask();
        if next.is_none() {
            self.at = self.at.filter(|at| *at < self.rows.len());
        }
        next
    }

    fn give_up(&mut self, trouble: Trouble) -> Option<SeekEffect> {
        self.clear_old();
        self.progress = Progress::Idle;
        self.trouble = Some(trouble);
        None
    }

    fn fail(&mut self, trouble: Trouble) -> Option<SeekEffect> {
        self.clear_old();
        self.progress = Progress::Stopped;
        self.trouble = Some(trouble);
        None
    }

    /// Where a row leads to.
    #[must_use]
    pub fn goal(&self, row: usize) -> Option<(DocumentId, Goal)> {
        let row = *self.rows.get(row)?;
        let (Row::Title(at) | Row::Hit(at, _) | Row::More(at)) = row;
        let looked = &self.found.get(at)?.looked;
        let goal = match row {
            Row::Title(_) => looked.hits.first().map(|hit| &hit.goal),
            Row::Hit(_, hit) => looked.hits.get(hit).map(|hit| &hit.goal),
            Row::More(_) => looked.next.as_ref(),
        };
        Some((looked.id.clone(), goal.cloned().unwrap_or(Goal::Article)))
    }

    /// The first hit in the list.
    #[must_use]
    pub fn first(&self) -> Option<usize> {
        self.rows.iter().position(|row| matches!(row, Row::Hit(..)))
    }

    /// Whether the storage has said which articles there are.
    #[must_use]
    pub const fn is_listed(&self) -> bool {
        self.everything.is_some()
    }

    /// How many articles there are on this device.
    #[must_use]
    pub fn everything(&self) -> usize {
        self.everything.as_ref().map_or(0, Vec::len)
    }

    /// How far it is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let all = count_words(self.articles.len(), "article", "articles");
        if !self.is_listed() {
            let reading = if self.trouble.is_none() { "Reading the list of articles…" } else { "" };
            return reading.to_owned();
        }
        if self.articles.is_empty() {
            let none = if self.project.is_some() && !self.all {
                "No article is in this project yet."
            } else {
                "There are no articles yet."
            };
            return none.to_owned();
        }
        if self.wanted.words.is_empty() {
            return format!("Type words to look for them in {all}.");
        }
        if self.places.is_empty() {
            return "Choose where to look: texts, annotations or notes.".to_owned();
        }
        let hits = count_words(self.hits, "hit", "hits");
        let hits = if self.more { format!("more than {hits}") } else { hits };
        let within = count_words(self.found.len(), "article", "articles");
        let found = format!("{hits} in {within}");
        match self.progress {
            Progress::Idle => String::new(),
            Progress::Looking if self.fresh || self.hits == 0 => format!("Looking in {all}…"),
            Progress::Looking => format!("{found} so far…"),
            Progress::Stopped if self.trouble.is_some() => {
                if self.hits > 0 {
                    found
                } else {
                    String::new()
                }
            }
            Progress::Stopped => format!("{found}. Stopped after {} of {all}.", self.done),
            Progress::Done if self.hits == 0 => format!("Nothing found in {all}."),
            Progress::Done => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::errand::seek::Hit;
    use crate::app::records::Header;
    use crate::formats::schema::first;
    use crate::model::Status;

    fn listing(id: &str, characters: usize, home: Option<&str>) -> Listing {
        let header = Header {
            id: DocumentId::new(id),
            title: format!("Title of {id}"),
            characters,
            counts: Vec::new(),
            status: Status::default(),
            created: None,
            modified: Some(format!("2026-{id}").into()),
            seq: 3,
            about: crate::model::Extra::new(),
        };
        Listing { header, deleted: id == "gone", archived: false, home: home.map(ProjectId::new) }
    }

    fn project(id: &str) -> Project {
        Project {
            id: ProjectId::new(id),
            name: format!("Project {id}"),
            schema: Rc::new(first()),
            created: "".into(),
            modified: "".into(),
            deleted: None,
        }
    }

    fn looked(id: &DocumentId, count: usize, shown: usize) -> Result<Looked, (DocumentId, String)> {
        let hit = |at: usize| Hit {
            goal: Goal::Annotation(crate::model::AnnotationId::new(format!("{id}-{at}"))),
            about: String::new(),
            before: String::new(),
            words: "x".to_owned(),
            after: String::new(),
        };
        let next = (count > shown).then_some(Goal::Article);
        Ok(Looked { id: id.clone(), hits: (0..count.min(shown)).map(hit).collect(), count, more: false, next })
    }

    fn page(all: Vec<Listing>, chosen: Option<&str>) -> Seeking {
        let mut page = Seeking::new(Wanted::default(), chosen.map(ProjectId::new));
        let listed = SeekAction::Listed(Ok((all, vec![project("p")])));
        assert_eq!(page.act(listed), Some(SeekEffect::Drop));
        page
    }

    /// Answers questions until none comes; each article has so many hits. Returns which articles were asked for.
    fn run(page: &mut Seeking, first: Option<SeekEffect>, count: usize) -> Vec<Vec<String>> {
        let (mut next, mut asked) = (first, Vec::new());
        while let Some(SeekEffect::Ask(number, order)) = next {
            asked.push(order.articles.iter().map(|id| id.as_str().to_owned()).collect());
            let all = order.articles.iter().map(|id| looked(id, count, order.shown)).collect();
            next = page.act(SeekAction::Answered(number, Ok(Answer::Looked(all))));
        }
        assert_eq!(next, None);
        asked
    }

    fn type_words(page: &mut Seeking, words: &str) -> Option<SeekEffect> {
        page.act(SeekAction::Words(words.to_owned()))
    }

    #[test]
    fn articles_are_asked_for_some_at_a_time_the_last_changed_first() {
        let all = (10..99).map(|n| listing(&n.to_string(), 3_000, None)).chain([listing("gone", 1, None)]).collect();
        let mut page = page(all, None);
        assert_eq!(page.words(), "Type words to look for them in 89 articles.");
        let first = type_words(&mut page, "x");
        assert_eq!(page.words(), "Looking in 89 articles…");
        let asked = run(&mut page, first, 2);
        assert_eq!(asked.iter().map(Vec::len).collect::<Vec<_>>(), [16, 64, 9]);
        assert_eq!(asked[0][0], "98");
        assert_eq!(page.words(), "178 hits in 89 articles");
        assert_eq!((page.rows.len(), page.progress), (89 * 3, Progress::Done));
        assert_eq!(page.rows[..4], [Row::Title(0), Row::Hit(0, 0), Row::Hit(0, 1), Row::Title(1)]);
        assert_eq!(page.goal(2), page.goal(2).filter(|(id, _)| id.as_str() == "98"));
    }

    #[test]
    fn a_large_article_is_asked_for_by_itself() {
        let all = vec![listing("3", 50_000, None), listing("2", 900_000, None), listing("1", 900_000, None)];
        let mut page = page(all, None);
        let first = type_words(&mut page, "x");
        assert_eq!(run(&mut page, first, 0), [["3"], ["2"], ["1"]]);
        assert_eq!(page.words(), "Nothing found in 3 articles.");
    }

    #[test]
    fn the_chosen_project_alone_or_all() {
        let all = vec![listing("1", 10, Some("p")), listing("2", 10, None), listing("3", 10, Some("p"))];
        // One that is gone is no project.
        assert_eq!(page(all.clone(), Some("q")).project, None);
        let mut page = page(all, Some("p"));
        assert_eq!(page.project, Some((ProjectId::new("p"), "Project p".to_owned())));
        let first = type_words(&mut page, "x");
        assert_eq!(run(&mut page, first, 1), [["3", "1"]]);
        let first = page.act(SeekAction::All(true));
        assert_eq!(run(&mut page, first, 1), [["3", "2", "1"]]);
    }

    #[test]
    fn more_than_is_shown_is_a_row_that_leads_on() {
        let mut page = page(vec![listing("1", 10, None)], None);
        let first = type_words(&mut page, "x");
        let _ = run(&mut page, first, 57);
        assert_eq!((page.hits, page.rows.len(), page.rows.last()), (57, 22, Some(&Row::More(0))));
        assert_eq!(page.goal(21), Some((DocumentId::new("1"), Goal::Article)));
        let opened = page.act(SeekAction::Open(21));
        assert_eq!(opened, Some(SeekEffect::Open(DocumentId::new("1"), Goal::Article)));
        assert_eq!((page.at, page.act(SeekAction::Open(22))), (Some(21), None));
    }

    #[test]
    fn only_the_newest_question_counts_and_what_was_found_stays_until_it_is_answered() {
        let mut page = page(vec![listing("1", 10, None)], None);
        let first = type_words(&mut page, "x");
        let _ = run(&mut page, first, 2);
        let Some(SeekEffect::Ask(old, order)) = type_words(&mut page, "xy") else { panic!("a question") };
        assert_eq!((page.hits, page.words().as_str()), (2, "Looking in 1 article…"));
        let Some(SeekEffect::Ask(new, _)) = type_words(&mut page, "xyz") else { panic!("a question") };
        let answer = || Ok(Answer::Looked(vec![looked(&order.articles[0], 9, 9)]));
        assert_eq!(page.act(SeekAction::Answered(old, answer())), None);
        assert_eq!(page.hits, 2);
        assert_eq!(page.act(SeekAction::Answered(new, answer())), None);
        assert_eq!((page.hits, page.progress), (9, Progress::Done));
    }

    #[test]
    fn stopped_by_escape_and_gone_on_from_there() {
        let all = (10..60).map(|n| listing(&n.to_string(), 10, None)).collect();
        let mut page = page(all, None);
        let Some(SeekEffect::Ask(number, order)) = type_words(&mut page, "x") else { panic!("a question") };
        let all = order.articles.iter().map(|id| looked(id, 1, 9)).collect();
        assert!(page.act(SeekAction::Answered(number, Ok(Answer::Looked(all)))).is_some());
        assert_eq!(page.act(SeekAction::Escape), Some(SeekEffect::Drop));
        assert_eq!(page.words(), "16 hits in 16 articles. Stopped after 16 of 50 articles.");
        assert_eq!(page.act(SeekAction::Answered(number + 1, Ok(Answer::Looked(Vec::new())))), None);
        let on = page.act(SeekAction::GoOn);
        let _ = run(&mut page, on, 1);
        assert_eq!(page.words(), "50 hits in 50 articles");
        assert_eq!(page.act(SeekAction::Escape), Some(SeekEffect::Close));
    }

    #[test]
    fn what_cannot_be_looked_for_or_read_is_said() {
        let mut page = page(vec![listing("1", 10, None), listing("2", 10, None)], None);
        let Some(SeekEffect::Ask(number, _)) = type_words(&mut page, "(") else { panic!("a question") };
        assert_eq!(page.act(SeekAction::Answered(number, Ok(Answer::Cannot("No.".to_owned())))), None);
        assert_eq!((page.trouble.clone(), page.words().as_str()), (Some(Trouble::Expression("No.".to_owned())), ""));
        let Some(SeekEffect::Ask(number, _)) = type_words(&mut page, "a") else { panic!("a question") };
        assert_eq!(page.trouble, None);
        assert_eq!(page.act(SeekAction::Slow(number)), None);
        assert_eq!(
            page.trouble,
            Some(Trouble::Fault("This takes too long: stopped after 0 of 2 articles.".to_owned()))
        );
        let Some(SeekEffect::Ask(number, order)) = page.act(SeekAction::GoOn) else { panic!("a question") };
        let all = vec![looked(&order.articles[0], 1, 1), Err((order.articles[1].clone(), "Torn.".to_owned()))];
        assert_eq!(page.act(SeekAction::Answered(number, Ok(Answer::Looked(all)))), None);
        assert_eq!(page.unread, [("Title of 1".to_owned(), "Torn.".to_owned())]);
        assert_eq!(page.words(), "1 hit in 1 article");
    }

    #[test]
    fn opened_again_it_is_as_it_was_unless_articles_have_changed() {
        let all = vec![listing("1", 10, None), listing("2", 10, None)];
        let mut page = page(all.clone(), None);
        let first = type_words(&mut page, "x");
        let _ = run(&mut page, first, 2);
        let _ = page.act(SeekAction::At(4));
        page.reopen(None);
        assert_eq!(page.act(SeekAction::Listed(Ok((all.clone(), Vec::new())))), None);
        assert_eq!((page.hits, page.at), (4, Some(4)));
        let mut changed = all;
        changed[0].header.seq += 1;
        let again = page.act(SeekAction::Listed(Ok((changed, Vec::new()))));
        let _ = run(&mut page, again, 3);
        assert_eq!((page.hits, page.at), (6, Some(4)));
    }

    #[test]
    fn thousands_of_hits_stay_a_list() {
        let all = (0..5_000).map(|n| listing(&format!("{n:04}"), 3_000, None)).collect();
        let mut page = page(all, None);
        let first = type_words(&mut page, "x");
        let _ = run(&mut page, first, 400);
        assert_eq!((page.hits, page.found.len()), (2_000_000, 5_000));
        assert!(page.rows.len() < MOST + 5_000 * 3 + 64 * 22, "{}", page.rows.len());
    }
}
