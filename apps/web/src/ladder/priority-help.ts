/** What the number of a candidate reply means. */
export const PRIORITY_HELP = 'Priority orders the replies of the branches, after RFC 3261 16.7 step 6: the lowest number wins.'
