package io.swarmnet.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns as docker's: three spaces apart, at least ten wide, the last one as it is. */
final class Table {
    private static final int WIDTH_MIN = 10;
    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> headings) {
        rows.add(headings);
    }

    void add(List<String> cells) {
        rows.add(cells);
    }

    List<String> lines() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Math.max(WIDTH_MIN, row.get(i).length() + GAP));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length - 1; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length()));
            }
            lines.add(line.append(row.get(widths.length - 1)).toString());
        }
        return lines;
    }
}
