import { Pause, Play } from 'lucide-react'
import { formatCount } from '../format/number.ts'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { Button } from '../ui/Button.tsx'

interface PauseButtonProps {
  readonly paused: boolean
  readonly unseen: number
  readonly onToggle: () => void
}

export function PauseButton({ paused, unseen, onToggle }: PauseButtonProps) {
  useHotkeys({ pause: onToggle })
  return (
    <Button
      pressed={paused}
      icon={paused ? <Play size={14} /> : <Pause size={14} />}
      title={paused ? 'Go on (p)' : 'Pause (p)'}
      onClick={onToggle}
    >
      {paused ? `Paused, ${formatCount(unseen)} new` : 'Pause'}
    </Button>
  )
}
