#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// needs: node
const { execSync, spawn } = require("child_process");
const { Worker } = require("worker_threads");
const fs = require("fs");
const net = require("net");
console.log(execSync("echo from sh").toString());
const cat = spawn("cat");
cat.stdout.on("data", (data) => process.stdout.write(data));
cat.on("exit", (code) => {
	console.log("cat", code);
	const worker = new Worker("require('worker_threads').parentPort.postMessage(6 * 7)", { eval: true });
	worker.on("message", (n) => console.log(n));
	worker.on("exit", () => {
		fs.writeFileSync("file", "x".repeat(100000));
		fs.promises.readFile("file").then((data) => console.log(data.length));
		const server = net.createServer((socket) => socket.end("served\n")).listen("socket", () => {
			net.connect("socket").on("data", (data) => process.stdout.write(data)).on("close", () => server.close());
		});
	});
});
cat.stdin.end("through cat\n");
let n = 0;
for (let i = 0; i < 3e7; i++) n = (n + i * i) % 1000003; // compiled while it runs
console.log(n);
process.exitCode = 3;
