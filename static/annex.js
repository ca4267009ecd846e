// Starts the annex's module with its style sheet. The page waits for it to answer, or for this script to fail.
import init from "./gloss-annex.js";

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("annex.css", import.meta.url).href;
// Without its sheet it looks poor, but works.
const dressed = new Promise((resolve) => (sheet.onload = sheet.onerror = resolve));
document.head.append(sheet);
const failed = () => dispatchEvent(new CustomEvent("gloss-app", { detail: ["failed"] }));
dressed.then(() => init()).catch(failed);
