// Comfort on top of pages that work without script. Every text comes from the page itself, in its reader's language.
import "./requests";
import "./dialogs";
import "./drafts";
import "./idle";
import "./keys";
import "./lists";
import "./tiles";
import "./toasts";
