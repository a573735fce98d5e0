import manifest from '../../package.json' with { type: 'json' }

/** Version of Signalbox. */
export const VERSION: string = manifest.version
