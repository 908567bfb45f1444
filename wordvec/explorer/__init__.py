"""The explorer: one page of HTML with a map of words, in which people search, compare and follow words.

The page works offline, from a file, and asks for nothing from elsewhere. Its program is in ``page/``: plain JavaScript
modules with types in comments, checked by ``tsc``; ``built.js`` is made from them by esbuild (``npm run build``).
"""

from wordvec.explorer.contents import Contents as Contents
from wordvec.explorer.exploring import explore as explore
from wordvec.explorer.page import Page as Page
from wordvec.explorer.settings import ExploreSettings as ExploreSettings
