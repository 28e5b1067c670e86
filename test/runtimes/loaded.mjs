/** A check whose success is told by how the library was loaded, in the column of that. */
export const loaded = (where, check) => ({ ...check, column: LOADED, where });

/** The column of the table that says how the library was loaded. */
export const LOADED = 'loaded as';

/** A folder of test/runtimes/projects, as a project whose files are copied. */
export const project = (name) => `../../runtimes/projects/${name}`;
