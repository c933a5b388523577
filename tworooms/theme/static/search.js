// A page opened from a folder may not read the other pages, so its results are titles without excerpts.
"use strict";

if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
