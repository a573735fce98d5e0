import { useCallback, useState } from 'react'
import type { ListPlace } from '../stores/held-store.ts'

/** The chosen row of a list, also when the reader comes back to it. */
export function useChosen(place: ListPlace): readonly [ListPlace['chosen'], (key: ListPlace['chosen']) => void] {
  const [chosen, setChosen] = useState(place.chosen)
  const choose = useCallback(
    (key: ListPlace['chosen']): void => {
      place.choose(key)
      setChosen(key)
    },
    [place],
  )
  return [chosen, choose]
}
