/** What stands in a filter box, beside the value of the URL that follows it. */
export interface FilterDraft {
  readonly text: string
  /** Of the URL, as last seen. */
  readonly value: string
  /** Handed to the URL and not yet seen there, oldest first. */
  readonly sent: readonly string[]
}

/** The text is on its way into the URL. */
export function sentDraft(draft: FilterDraft): FilterDraft {
  return draft.sent.at(-1) === draft.text ? draft : { ...draft, sent: [...draft.sent, draft.text] }
}

/** The URL has changed: an echo of what was sent leaves alone what was typed since; a link or a step back replaces it. */
export function followUrl(draft: FilterDraft, value: string): FilterDraft {
  if (value === draft.value) return draft
  const echo = draft.sent.indexOf(value)
  return echo < 0 ? { text: value, value, sent: [] } : { ...draft, value, sent: draft.sent.slice(echo + 1) }
}
