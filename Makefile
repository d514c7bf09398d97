# What can be done here; `make help` lists it. Every recipe is what you would type yourself.
SHELL := /bin/bash
export LC_ALL ?= C.UTF-8
# Debian's docker client, where the set-up had to unpack it.
export PATH := $(PATH):$(CURDIR)/deploy/target/tools/bin
MVN := mvn -B -ntp -Dstyle.color=never
SWARMNET := deploy/bin/swarmnet
LAB := /var/lib/swarmnet-lab$(addprefix -,$(SWARMNET_LAB))/lab.json

.DEFAULT_GOAL := help
.PHONY: help build images lab demo down test test-fast sim e2e bench format format-check dist deb clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

build: ## the distribution in deploy/target/swarmnet, without running tests
	@echo "build: compiling (the first time Maven also downloads the libraries, which takes some minutes)"
	@$(MVN) -q -Dmaven.test.skip=true -pl deploy -am package

images: ## the lab's images (busybox, nginx, alpine) from Debian packages, in deploy/target/images
	@deploy/images/build.sh deploy/target/images

lab: ## set-up, build and the main job on a lab of three hosts, which stays up (root)
	@deploy/scripts/setup.sh lab
	@$(MAKE) --no-print-directory build images
	@if [ -e $(LAB) ] && [ -n "$$(find deploy/target/swarmnet/lib -name '*.jar' -newer $(LAB))" ]; then echo "lab: it runs older code"; $(SWARMNET) lab down; fi
	@$(SWARMNET) lab demo

demo: ## the main job again, on the lab that is up
	@$(SWARMNET) lab demo

down: ## takes the lab down to nothing
	@$(SWARMNET) lab down

test: ## set-up, format check and every test: pure, root, sim and e2e (root)
	@deploy/scripts/setup.sh test
	@rm -rf */target/surefire-reports */target/failsafe-reports
	@$(MAKE) --no-print-directory format-check images
	$(MVN) -Dmaven.test.failure.ignore=true verify
	@deploy/scripts/test-report.sh

test-fast: ## pure tests alone: no root, no simulation, a minute
	$(MVN) --fail-at-end -DexcludedGroups=root,sim,e2e test

sim: ## the simulations alone; each prints its seed
	$(MVN) -Dgroups=sim -Dsurefire.failIfNoSpecifiedTests=false test

e2e: ## the packaged product on labs, driven from outside (root)
	@deploy/scripts/setup.sh test
	@$(MAKE) --no-print-directory images
	$(MVN) -pl deploy -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false verify

bench: ## JMH of the hot paths, briefly; BENCHMARKS.md names the whole-system ones
	@$(MVN) -q -Dmaven.test.skip=true -pl bench -am package
	@java -cp bench/target/classes:$$(cat bench/target/classpath) org.openjdk.jmh.Main -f 1 -wi 2 -w 1 -i 3 -r 1 -foe true $(JMH)

format: ## formats every source file
	@$(MVN) -q spotless:apply

format-check: ## fails and names the files that are not formatted
	@$(MVN) -q spotless:check

dist: build images ## deploy/target/swarmnet.tar.gz: all that a host needs besides Java 17 and Debian packages
	@tar -czf deploy/target/swarmnet.tar.gz --owner=0 --group=0 --transform 's,^deploy/target/swarmnet/\|^deploy/target/\|^deploy/\|^,swarmnet/,' deploy/bin deploy/scripts deploy/packaging/swarmnet.service deploy/packaging/daemon.json deploy/packaging/daemon.json.md deploy/target/swarmnet/lib deploy/target/images README.md LICENSE
	@ls -lh deploy/target/swarmnet.tar.gz

deb: build ## deploy/target/swarmnet_VERSION_amd64.deb
	@deploy/packaging/deb.sh deploy/target

clean: ## removes what the build made
	@$(MVN) -q clean
