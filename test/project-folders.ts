// Where models and demo assets lie, for tests beside the code: rooms may not ask the command line's room.

export { demoPerformerFolder, modelsFolder, peopleFolder } from '../src/cli/project.ts';
