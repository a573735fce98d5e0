import { forkPairs } from './forks.ts'
export const scenarios = [...forkPairs]
