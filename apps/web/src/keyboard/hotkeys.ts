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
  if (event.defaultPrevented || belongsElsewhere(event)) return
  const waiting = event.timeStamp - prefixAt < SEQUENCE_MS ? prefix : ''
  prefix = ''
  const ctrl = event.ctrlKey || event.metaKey
  const meaning = resolveKey(waiting, { key: event.key, ctrl, alt: event.altKey })
  if (meaning === null) return
  if ('pending' in meaning) {
    prefix = meaning.pending
    prefixAt = event.timeStamp
    return
  }
  if (isField(event.target) && event.key === 'Escape') {
    event.target.blur()
    return
  }
  const handler = stack.map((entry) => entry.current[meaning.action]).find((found) => found !== undefined)
  if (handler === undefined) return
  event.preventDefault()
  handler()
}

/** Plain letters belong to the field that has the focus, Enter to a link or button; an open dialog keeps its keys to itself. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return false
  if (document.querySelector('[role="dialog"]') !== null) return true
  if (event.key === 'Enter') return isControl(event.target) || isField(event.target)
  return isField(event.target) && event.key !== 'Escape'
}

function isField(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button, summary, [role="tab"]') !== null
}
