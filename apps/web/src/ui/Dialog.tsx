import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

interface DialogProps {
  readonly title: string
  readonly hideTitle?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly className?: string
}

export function Dialog({ title, hideTitle = false, onClose, children, className }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          aria-describedby={undefined}
          tabIndex={0}
          className={cx(
            'fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-[min(560px,calc(100vw-24px))] -translate-x-1/2 overflow-auto rounded-xl border border-line bg-panel shadow-pop outline-none',
            className,
          )}
        >
          <Radix.Title className={hideTitle ? 'sr-only' : 'px-5 pt-4 pb-2 text-[15px] font-semibold'}>{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
