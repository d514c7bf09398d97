package io.swarmnet.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A verb from elsewhere, for tests: says its words. */
public final class EchoExtension implements Extension {
    @Override
    public Object command() {
        return new Echo();
    }

    @Command(name = "echo", description = "say the words")
    static final class Echo implements Runnable {
        @Parameters
        private List<String> words;

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().getOut().println(String.join(" ", words));
        }
    }
}
