import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type RouterHistory } from '@tanstack/react-router'
import * as z from 'zod/mini'
import { ErrorPage } from './components/ErrorPage.tsx'
import { NotFoundPage } from './components/NotFoundPage.tsx'
import { Shell } from './components/Shell.tsx'
import { searchCodec, TX_TABS } from './path-builder.ts'

/** A bad or unknown value becomes the default; it never replaces the page by an error. */
const text = z.catch(z.optional(z.string()), undefined)
const number = z.catch(z.optional(z.coerce.number()), undefined)
const oneOf = <const T extends readonly string[]>(values: T) => z.catch(z.optional(z.enum(values)), undefined)

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/OverviewPage.tsx'), 'OverviewPage'),
})

const transactions = createRoute({
  getParentRoute: () => root,
  path: '/tx',
  validateSearch: z.object({ f: text, s: text }),
  component: lazyRouteComponent(() => import('./pages/TransactionsPage.tsx'), 'TransactionsPage'),
})

const transaction = createRoute({
  getParentRoute: () => root,
  path: '/tx/$key',
  validateSearch: z.object({
    tab: oneOf(TX_TABS),
    msg: number,
    w: oneOf(['start', 'prev']),
    retr: oneOf(['open']),
    view: oneOf(['ladder', 'table']),
  }),
  component: lazyRouteComponent(() => import('./pages/TransactionPage.tsx'), 'TransactionPage'),
})

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch: z.object({ k: text, f: text }),
  component: lazyRouteComponent(() => import('./pages/EventsPage.tsx'), 'EventsPage'),
})

const rpcSearch = z.object({ p: text, f: text, view: oneOf(['raw']) })

const rpc = createRoute({
  getParentRoute: () => root,
  path: '/rpc',
  validateSearch: rpcSearch,
  component: lazyRouteComponent(() => import('./pages/RpcPage.tsx'), 'RpcPage'),
})

const rpcMethod = createRoute({
  getParentRoute: () => root,
  path: '/rpc/$method',
  validateSearch: rpcSearch,
  component: lazyRouteComponent(() => import('./pages/RpcPage.tsx'), 'RpcMethodPage'),
})

const routeTree = root.addChildren([overview, transactions, transaction, events, rpc, rpcMethod])

export function createConsoleRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history === undefined ? {} : { history }),
    parseSearch: searchCodec.parse,
    stringifySearch: searchCodec.stringify,
    pathParamsAllowedCharacters: [':'],
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
