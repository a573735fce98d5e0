import { useEffect, useRef } from 'react'
import { resolveKey, type KeyAction } from './keymap.ts'

export type KeyHandlers = Readonly<Partial<Record<KeyAction, () => void>>>

/** Newest first: a dialog or page in front answers before the shell. */
const stack: { current: KeyHandlers }[] = []
const SEQUENCE_MS = 1200
let prefix = ''
let prefixAt = 0

/** Answers keys while the component is mounted. */
export function useHotkeys(handlers: KeyHandlers): void {
  const entry = useRef(handlers)
  useEffect(() => {
    entry.current = handlers
  })
  useEffect(() => {
    stack.unshift(entry)
    return () => {
      stack.splice(stack.indexOf(entry), 1)
    }
  }, [])
}

/** One listener for the whole console. */
export function listenToKeys(): void {
  document.addEventListener('keydown', onKeyDown)
}

function onKeyDown(event: KeyboardEvent): void {
  const field = isField(event.target)
  const ctrl = event.ctrlKey || event.metaKey
  // Plain letters belong to the field that has the focus; an open dialog keeps its keys to itself.
  if (event.defaultPrevented || (field && !ctrl && event.key !== 'Escape')) return
  if (!ctrl && document.querySelector('[role="dialog"]') !== null) return
  if (event.key === 'Enter' && isControl(event.target)) return
  const waiting = event.timeStamp - prefixAt < SEQUENCE_MS ? prefix : ''
  prefix = ''
  const meaning = resolveKey(waiting, { key: event.key, ctrl, alt: event.altKey })
  if (meaning === null) return
  if ('pending' in meaning) {
    prefix = meaning.pending
    prefixAt = event.timeStamp
    return
  }
  if (field && event.key === 'Escape' && event.target instanceof HTMLElement) {
    event.target.blur()
    return
  }
  const handler = stack.map((entry) => entry.current[meaning.action]).find((found) => found !== undefined)
  if (handler === undefined) return
  event.preventDefault()
  handler()
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button, summary, [role="tab"]') !== null
}
