/** What a browser shall forget on sign-out: pages it kept, and anything a script stored. Cookies are ended one by one. */
export const CLEAR_SITE_DATA = '"cache", "storage"'
