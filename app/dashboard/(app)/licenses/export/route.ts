import { LICENSE_FILTERS, licenseSearch } from '#app/dashboard/_ui/license-query.ts'
import { sendCsv } from '#app/dashboard/_ui/send-csv.ts'
import { exportLicenses } from '#lib/licensing/licenses/export-licenses.ts'
import { licenseCsv } from '#lib/licensing/licenses/license-csv.ts'

/** The licenses that the page's filters find, as a file. */
export function GET(request: Request): Promise<Response> {
  return sendCsv(
    request,
    { permission: 'license:read', form: licenseCsv, filters: LICENSE_FILTERS },
    (ctx, values) => exportLicenses(ctx, licenseSearch(values)),
  )
}
