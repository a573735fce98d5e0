import { Link } from '@tanstack/react-router'
import { pathBuilder } from '../path-builder.ts'
import { Notice } from '../ui/Notice.tsx'

export function NotFoundPage() {
  return (
    <Notice title="There is no such page">
      <Link {...pathBuilder.overview()} className="text-accent underline">
        Go to the overview
      </Link>
    </Notice>
  )
}
