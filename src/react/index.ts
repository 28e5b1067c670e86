/**
 * The store in React components.
 *
 * @module schematic-datastream-ws/react
 */

export { DatastreamProvider, type DatastreamProviderProps } from './provider';
export { useDatastreamStore } from './context';
export { useFlag } from './use-flag';
export { useCompany, useUser, type UseEntityOptions } from './use-entity';
export { useConnectionState, useStale } from './use-connection-state';
