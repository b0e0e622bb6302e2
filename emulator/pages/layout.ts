import { html, raw, type Safe } from './html.ts'
import type { PageAnswer } from './page-answer.ts'

/** The frame of every page: the notice that no money moves comes first. */
export function document(basePath: string, title: string, body: string): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${title}</title>
    <link rel="stylesheet" href="${basePath}/assets/checkout.css">
  </head>
  <body>
    <header class="notice"><strong>Simulated payment — no real money</strong></header>
    <main>
${raw(body)}
    </main>
  </body>
</html>
`.text
}

/** A page that only says something, with a way on if there is one. */
export function messagePage(
  status: number,
  title: string,
  text: string,
  link?: { href: string; label: string },
): PageAnswer {
  const onward: Safe = link ? html`<p><a class="button" href="${link.href}">${link.label}</a></p>` : raw('')
  return {
    status,
    title,
    body: html`<section class="card message"><h1>${title}</h1><p>${text}</p>${onward}</section>`.text,
  }
}
