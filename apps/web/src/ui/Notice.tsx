import type { ReactNode } from 'react'

/** What a page says when it has nothing to show: why, and what next. */
export function Notice({ title, children, icon }: { readonly title: string; readonly children?: ReactNode; readonly icon?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center gap-2 px-6 py-16 text-center">
      {icon !== undefined && <div className="mb-1 text-muted">{icon}</div>}
      <p className="text-[15px] font-semibold">{title}</p>
      <div className="flex flex-col items-center gap-3 text-muted">{children}</div>
    </div>
  )
}
