import manifest from '../package.json' with { type: 'json' };

/** The version of this vipcast. */
export const VERSION: string = manifest.version;
