/** For a test: starts a node of Kafka in a folder, prints its process, and waits to be killed. */
import { freePorts } from '../src/testing/kafka/free-ports.ts'
import { newKafkaId, prepareNode, spawnNode } from '../src/testing/kafka/node-process.ts'
import { nodesIn } from '../src/testing/kafka/server-properties.ts'

const [port, controllerPort] = await freePorts(2)
const [node] = nodesIn(process.argv[2]!, [port!], [controllerPort!])
await prepareNode(node!, [node!], newKafkaId())
console.log((await spawnNode(node!, false)).pid)
