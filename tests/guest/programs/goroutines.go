// SPDX-License-Identifier: MIT

// What a Go program does with the kernel: goroutines on threads of its own, preempted by signals, children, sockets.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

func goroutines() {
	var wait sync.WaitGroup
	sums := make(chan int, 1000)
	for i := 0; i < 1000; i++ {
		wait.Add(1)
		go func(n int) {
			defer wait.Done()
			if n%50 == 0 {
				runtime.LockOSThread() // the thread ends with it
				time.Sleep(time.Millisecond)
			}
			sums <- n
		}(i)
	}
	wait.Wait()
	close(sums)
	total := 0
	for n := range sums {
		total += n
	}
	fmt.Println("goroutines", total)
}

func preempted() {
	var wait sync.WaitGroup
	for i := 0; i < 8; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			n := 0
			for j := 0; j < 20000000; j++ { // no call, no way out but a signal
				n += j ^ n
			}
			_ = n
		}()
	}
	for i := 0; i < 5; i++ {
		runtime.GC()
	}
	wait.Wait()
	fmt.Println("preempted")
}

func children() {
	var wait sync.WaitGroup
	out := make([]string, 16)
	for i := range out {
		wait.Add(1)
		go func(n int) {
			defer wait.Done()
			said, err := exec.Command("sh", "-c", fmt.Sprintf("echo %d; exit %d", n, n)).Output()
			out[n] = fmt.Sprint(strings.TrimSpace(string(said)), " ", err)
		}(i)
	}
	wait.Wait()
	fmt.Println(out)
	cat := exec.Command("cat")
	cat.Stdin = strings.NewReader(strings.Repeat("x", 200000))
	said, _ := cat.Output()
	fmt.Println(len(said))
	killed := exec.Command("sleep", "9")
	killed.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	_ = killed.Start()
	_ = killed.Process.Kill()
	fmt.Println(killed.Wait())
}

func signals() {
	came := make(chan os.Signal, 100)
	signal.Notify(came, syscall.SIGUSR1)
	for i := 0; i < 50; i++ {
		_ = syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		<-came
	}
	fmt.Println("signals")
	defer func() { fmt.Println(recover()) }()
	var null *int
	fmt.Println(*null)
}

func sockets() {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			client, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(client, client)
				_ = client.Close()
			}()
		}
	}()
	total := 0
	for i := 0; i < 20; i++ {
		client, err := net.Dial("tcp", server.Addr().String())
		if err != nil {
			panic(err)
		}
		_, _ = client.Write(make([]byte, 1000))
		_ = client.(*net.TCPConn).CloseWrite()
		back, _ := io.ReadAll(client)
		_ = client.Close()
		total += len(back)
	}
	_ = server.Close()
	fmt.Println("sockets", total)
}

func main() {
	goroutines()
	preempted()
	children()
	signals()
	sockets()
	self, _ := os.Executable()
	fmt.Println(filepath.Base(self) == filepath.Base(os.Args[0]))
	_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "echo executed; exit 5"}, os.Environ())
}
