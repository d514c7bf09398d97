package io.swarmnet.worker.sandbox;

import io.swarmnet.model.net.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a resolv.conf says, resolv.conf(5). Lines that are not understood are skipped. */
public record ResolvConf(List<IpAddress> servers, List<String> search, List<String> options) {
    public static final ResolvConf EMPTY = new ResolvConf(List.of(), List.of(), List.of());

    /** Reads the file; an absent one says nothing. */
    public static ResolvConf read(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return EMPTY;
        }
    }

    static ResolvConf parse(String text) {
        List<IpAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        List<String> options = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            List<String> rest = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> addServer(servers, rest);
                case "search", "domain" -> search = List.copyOf(rest); // the last one holds
                case "options" -> options.addAll(rest);
                default -> {}
            }
        }
        return new ResolvConf(List.copyOf(servers), search, List.copyOf(options));
    }

    private static void addServer(List<IpAddress> servers, List<String> words) {
        if (words.isEmpty()) {
            return;
        }
        String literal = words.get(0);
        int zone = literal.indexOf('%');
        try {
            servers.add(IpAddress.parse(zone < 0 ? literal : literal.substring(0, zone)));
        } catch (IllegalArgumentException notAnAddress) {
            return; // as the C library: a line that is no address is as if absent
        }
    }
}
