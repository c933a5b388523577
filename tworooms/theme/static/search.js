// An excerpt takes the whole page it stands on: the first results have one, or a common word would fetch the whole book.
// A page opened from a folder may not read the other pages, so its results are titles without excerpts.
"use strict";

let excerpts = location.protocol === "file:" ? 0 : 20;
Object.defineProperty(DOCUMENTATION_OPTIONS, "SHOW_SEARCH_SUMMARY", { get: () => excerpts-- > 0 });
