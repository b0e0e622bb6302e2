import { defineRoute } from '#lib/http/define-route.ts'
import { exportQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { exportLicenses } from '#lib/licenses/export-licenses.ts'
import { licenseCsv } from '#lib/licenses/license-csv.ts'
import { licenseListFields } from '#lib/licenses/list-fields.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Export licenses',
      permission: 'license:read',
      query: exportQuery(licenseListFields),
      csv: licenseCsv,
      status: 200,
    },
    (ctx, { query }) => exportLicenses(ctx, query),
  ),
})
