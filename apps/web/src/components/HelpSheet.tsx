import { FILTER_FIELDS } from '../filter/filter.ts'
import { KEYMAP } from '../keyboard/keymap.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'

const GROUPS = [...new Set(Object.values(KEYMAP).map((entry) => entry.group))]

export function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys and filters" onClose={onClose} className="w-[min(680px,calc(100vw-24px))]!">
      <div className="grid gap-x-8 gap-y-4 px-5 pb-4 sm:grid-cols-2">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className="label mb-1">{group}</h3>
            <dl>
              {Object.values(KEYMAP)
                .filter((entry) => entry.group === group)
                .map((entry) => (
                  <div key={entry.keys} className="flex h-7 items-center justify-between gap-3">
                    <dt>{entry.text}</dt>
                    <dd>
                      <Kbd keys={entry.keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <section className="border-t border-line px-5 py-4">
        <h3 className="label mb-1">Filter of the transaction list</h3>
        <p>
          A bare word is looked for in Call-ID, From, To, method, request URI, key and status text. Conditions such as{' '}
          <code className="font-mono">status&gt;=400</code>, <code className="font-mono">method==INVITE</code>,{' '}
          <code className="font-mono">from~alice</code> or <code className="font-mono">age&gt;5s</code> can be joined with blanks or{' '}
          <code className="font-mono">&amp;&amp;</code>, <code className="font-mono">||</code>, <code className="font-mono">!</code>, the
          words <code className="font-mono">and</code>, <code className="font-mono">or</code>, <code className="font-mono">not</code>, and
          parentheses. <code className="font-mono">retr</code> is short for <code className="font-mono">retransmissions</code>.
        </p>
        <p className="mt-1 font-mono text-xs text-muted">{FILTER_FIELDS.join('  ')}</p>
      </section>
    </Dialog>
  )
}
