import type { Emulation } from '../emulation.ts'
import { formatAmount, formatDate } from './format.ts'
import { html } from './html.ts'
import { messagePage } from './layout.ts'
import type { PageAnswer } from './page-answer.ts'

/** The page behind an invoice's `hosted_invoice_url`. */
export async function showInvoice(emulation: Emulation, id: string): Promise<PageAnswer> {
  const invoice = await emulation.storage.get('invoice', id)
  if (!invoice) return messagePage(404, 'Page not found', 'There is no such invoice.')
  const lines = invoice.lines.data.map(
    (line) => html`
<li>
  <span class="name">${String(line.description)}</span>
  <span class="amount">${formatAmount(line.amount, invoice.currency)}</span>
</li>`,
  )
  const title = `Invoice ${invoice.number ?? invoice.id}`
  const body = html`
<section class="card message">
  <h1>${title}</h1>
  <p>${formatDate(invoice.created)} — ${invoice.status}</p>
  <ul class="lines">${lines}</ul>
  <p class="total"><span>Total</span> <strong>${formatAmount(invoice.total, invoice.currency)}</strong></p>
</section>`
  return { status: 200, title, body: body.text }
}
