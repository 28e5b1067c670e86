import process from 'node:process';

const { DIST_DIR, EDGE, EXTERNAL } = process.env;

export default {
  distDir: DIST_DIR,
  // `route.edge.js` is a route only where this names it.
  pageExtensions: ['jsx', 'js', ...(EDGE ? ['edge.js'] : [])],
  serverExternalPackages: EXTERNAL ? [EXTERNAL] : [],
  // Else it looks further up for the root of a monorepo.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
};
