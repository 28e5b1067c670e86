/** The version of this package, as sent in `X-Schematic-Client-Version`; a test holds it to package.json. */
export const VERSION = '0.1.0';
