import { pathToFileURL } from 'node:url'
import type { Methods } from '#lib/web/http/methods.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { findRouteFiles } from './v3-router.ts'

/** Every operation of the Web API with its contract, found as the router finds them. */
export async function describeRoutes(appFolder: string): Promise<DescribedRoute[]> {
  const routes: DescribedRoute[] = []
  for (const { segments, file } of findRouteFiles(appFolder, 'v3')) {
    const module: Partial<Methods> = await import(pathToFileURL(file).href)
    const path = `/${segments.map((segment) => segment.replace(/^\[(\w+)\]$/, '{$1}')).join('/')}`
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const contract = module[method]?.contract
      if (contract) routes.push({ path, method, contract })
    }
  }
  return routes
}
