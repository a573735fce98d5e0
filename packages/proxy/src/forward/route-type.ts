/** Kinds of route blocks, as bits (tm-reference 8). */
export const RouteType = {
  REQUEST: 1,
  FAILURE: 2,
  TM_ONREPLY: 4,
  BRANCH: 8,
  ONSEND: 16,
  LOCAL: 64,
  CORE_ONREPLY: 128,
  BRANCH_FAILURE: 256,
  /** Any other event. */
  EVENT: 512,
} as const
