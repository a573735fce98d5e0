import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { browserBackend } from './api/backend.ts'
import { ConsoleContext, createConsole } from './api/console.ts'
import { onEngineReturn } from './api/engine-return.ts'
import { tokenStore } from './api/token.ts'
import { listenToKeys } from './keyboard/hotkeys.ts'
import { createConsoleRouter } from './routes.tsx'
import './styles/app.css'

declare const __MOCK_API__: boolean

async function start(): Promise<void> {
  // Replaced by a constant at build time: the fake engine is never in the production bundle.
  const backend = __MOCK_API__ ? (await import('./mock-api/mock-backend.ts')).createMockBackend() : browserBackend
  tokenStore.takeFromAddress()
  const operator = createConsole(backend)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } })
  onEngineReturn(operator.live, () => void queryClient.invalidateQueries())
  operator.live.start()
  document.addEventListener('visibilitychange', () => operator.live.setHidden(document.hidden))
  listenToKeys()
  // The link opened once more in this tab changes the fragment only: no load, so no start.
  addEventListener('hashchange', () => {
    if (tokenStore.takeFromAddress()) operator.live.retryNow()
  })
  const element = document.getElementById('root')
  if (element === null) throw new Error('index.html has no #root')
  createRoot(element).render(
    <StrictMode>
      <ConsoleContext value={operator}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={createConsoleRouter()} />
        </QueryClientProvider>
      </ConsoleContext>
    </StrictMode>,
  )
}

void start()
