import { exportQuery } from '#lib/core/input/list-query.ts'
import { exportLicenses } from '#lib/licensing/licenses/export-licenses.ts'
import { licenseCsv } from '#lib/licensing/licenses/license-csv.ts'
import { licenseListFields } from '#lib/licensing/licenses/list-fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
