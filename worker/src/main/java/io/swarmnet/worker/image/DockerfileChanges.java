package io.swarmnet.worker.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The lines of {@code docker import --change}, in the Dockerfile's language. Pure. */
public final class DockerfileChanges {
    private static final Set<String> DOCKER_KNOWS = Set.of("HEALTHCHECK", "LABEL", "ONBUILD", "VOLUME");
    private static final Set<String> ONLY_IN_BUILDS =
            Set.of("ADD", "ARG", "COPY", "FROM", "MAINTAINER", "RUN", "SHELL");
    private static final int PORT_RANGE_MAX = 1000;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private DockerfileChanges() {}

    /** @throws InvalidSpecException naming the line that is wrong, in Docker's words where it has them */
    public static ImageConfig apply(ImageConfig base, List<String> lines) {
        ImageConfig config = base;
        for (String line : lines) {
            String trimmed = line.strip();
            if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
                config = apply(config, trimmed);
            }
        }
        return config;
    }

    private static ImageConfig apply(ImageConfig config, String line) {
        String[] parts = line.split("\\s+", 2);
        String instruction = parts[0].toUpperCase(Locale.ROOT);
        String rest = parts.length < 2 ? "" : parts[1].strip();
        if (rest.isEmpty() && !instruction.equals("CMD") && !instruction.equals("ENTRYPOINT")) {
            throw new InvalidSpecException(instruction + " requires at least one argument");
        }
        return switch (instruction) {
            case "CMD" -> config.withCommand(command(rest));
            case "ENTRYPOINT" -> config.withEntrypoint(command(rest));
            case "ENV" -> config.withEnv(env(config.env(), rest));
            case "EXPOSE" -> config.withExposedPorts(expose(config.exposedPorts(), rest));
            case "USER" -> config.withUser(one(instruction, rest));
            case "WORKDIR" -> config.withWorkingDir(workingDir(config.workingDir(), rest));
            case "STOPSIGNAL" -> config.withStopSignal(one(instruction, rest));
            default -> throw refuse(instruction);
        };
    }

    private static RuntimeException refuse(String instruction) {
        if (DOCKER_KNOWS.contains(instruction)) {
            return new NotSupportedException("--change " + instruction + " is not supported yet");
        }
        String lower = instruction.toLowerCase(Locale.ROOT);
        return new InvalidSpecException(
                ONLY_IN_BUILDS.contains(instruction)
                        ? lower + " is not a valid change command"
                        : "unknown instruction: " + instruction);
    }

    /** {@code ["a", "b"]} as it is; anything else is a line for the shell. */
    private static List<String> command(String rest) {
        if (rest.startsWith("[")) {
            try {
                return List.copyOf(JSON.readValue(rest, new TypeReference<List<String>>() {}));
            } catch (JsonProcessingException | NullPointerException e) {
                // As the Dockerfile says: what is no array of strings is a shell's.
                return List.of("/bin/sh", "-c", rest);
            }
        }
        return rest.isEmpty() ? List.of() : List.of("/bin/sh", "-c", rest);
    }

    private static List<String> env(List<String> before, String rest) {
        List<String> words = words(rest);
        List<String> after = new ArrayList<>(before);
        if (!words.get(0).contains("=")) {
            String[] old = rest.split("\\s+", 2);
            if (old.length < 2) {
                throw new InvalidSpecException("ENV must have two arguments");
            }
            set(after, old[0], old[1]);
            return List.copyOf(after);
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new InvalidSpecException(
                        "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            if (equals == 0) {
                throw new InvalidSpecException("ENV names can not be blank");
            }
            set(after, word.substring(0, equals), word.substring(equals + 1));
        }
        return List.copyOf(after);
    }

    private static void set(List<String> env, String name, String value) {
        for (int i = 0; i < env.size(); i++) {
            if (env.get(i).startsWith(name + "=")) {
                env.set(i, name + "=" + value);
                return;
            }
        }
        env.add(name + "=" + value);
    }

    private static List<String> expose(List<String> before, String rest) {
        Set<String> ports = new TreeSet<>(before);
        for (String word : words(rest)) {
            String[] parts = word.split("/", -1);
            String protocol = parts.length == 1 ? "tcp" : parts[1].toLowerCase(Locale.ROOT);
            String[] range = parts[0].split("-", -1);
            if (parts.length > 2
                    || range.length > 2
                    || !Set.of("tcp", "udp", "sctp").contains(protocol)) {
                throw new InvalidSpecException("Invalid containerPort: " + word);
            }
            int first = port(word, range[0]);
            int last = range.length == 1 ? first : port(word, range[1]);
            if (last < first || last - first >= PORT_RANGE_MAX) {
                throw new InvalidSpecException("Invalid containerPort: " + word);
            }
            for (int port = first; port <= last; port++) {
                ports.add(port + "/" + protocol);
            }
        }
        return List.copyOf(ports);
    }

    private static int port(String word, String digits) {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535) {
            throw new InvalidSpecException("Invalid containerPort: " + word);
        }
        return Integer.parseInt(digits);
    }

    private static String workingDir(String before, String rest) {
        String directory = words(rest).get(0);
        String joined = directory.startsWith("/") ? directory : (before.isEmpty() ? "/" : before + "/") + directory;
        return java.nio.file.Path.of(joined).normalize().toString();
    }

    private static String one(String instruction, String rest) {
        List<String> words = words(rest);
        if (words.size() != 1) {
            throw new InvalidSpecException(instruction + " requires exactly one argument");
        }
        return words.get(0);
    }

    /** Words as the Dockerfile cuts them: quotes hold them together, a backslash takes the next character as it is. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new InvalidSpecException("unexpected end of statement while looking for matching quote");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words.isEmpty() ? List.of("") : words;
    }
}
