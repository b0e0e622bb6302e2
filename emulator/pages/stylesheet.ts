/** The pages' style sheet. Served as a file, so that their policy can forbid inline styles. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #f4f5f8;
  --card: #ffffff;
  --text: #1b1f2a;
  --quiet: #4d5567;
  --line: #7b8394;
  --accent: #3d3bd1;
  --on-accent: #ffffff;
  --bad: #a3162a;
  --bad-page: #fdecee;
  --notice: #fff2cc;
  --on-notice: #4a3600;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12141b;
    --card: #1c2029;
    --text: #f0f2f7;
    --quiet: #b6bdcc;
    --line: #8a92a5;
    --accent: #a9b1ff;
    --on-accent: #12141b;
    --bad: #ffb3bd;
    --bad-page: #3a1a20;
    --notice: #4a3a0a;
    --on-notice: #fff2cc;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; line-height: 1.2; }
h2 { font-size: 1.15rem; margin: 0 0 1rem; }
a { color: var(--accent); }
code { font-size: 1em; white-space: nowrap; }
.notice { margin: 0; padding: .6rem 1rem; background: var(--notice); color: var(--on-notice); text-align: center; }
.columns { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); align-items: start; }
.card { background: var(--card); border-radius: 1rem; padding: 1.5rem; box-shadow: 0 1px 3px rgb(0 0 0 / .15); }
.message { max-width: 34rem; margin: 2rem auto; }
.back { margin: 0 0 1rem; }
.lines { list-style: none; margin: 0; padding: 0; }
.lines li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .75rem 0; border-bottom: 1px solid var(--line); }
.name { font-weight: 600; overflow-wrap: anywhere; }
.quantity { color: var(--quiet); font-size: .9rem; grid-column: 1; }
.total { display: flex; justify-content: space-between; font-size: 1.15rem; margin: 1rem 0 0; }
.field { margin-bottom: 1rem; min-width: 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { width: 100%; font: inherit; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--text); }
input::placeholder { color: var(--quiet); opacity: 1; }
input[aria-invalid] { border-color: var(--bad); border-width: 2px; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .7rem 1.25rem; border: 2px solid var(--accent); border-radius: .5rem; background: var(--accent); color: var(--on-accent); text-decoration: none; cursor: pointer; }
form > button:only-of-type { width: 100%; }
form > button + button { margin-top: .75rem; }
button.secondary { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { color: var(--bad); margin: .25rem 0 0; }
.alert { background: var(--bad-page); color: var(--bad); border: 1px solid var(--bad); border-radius: .5rem; padding: .6rem .75rem; }
.hint, .known { color: var(--quiet); }
.hint { margin: 1rem 0 0; font-size: .95rem; }
`
