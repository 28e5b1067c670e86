export * from './fakes';
export * from './server';
