#include "watch_screen.hpp"

#include "watch_table.hpp"

#include <wmclients/base/text.hpp>

#include <fmt/format.h>
#include <ncurses.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <utility>

namespace cli {

using wmclients::Error;
using wmclients::Expected;
using wmclients::failure;

namespace {

constexpr int escape = 27;
constexpr int control_l = 12;
constexpr int delete_key = 127;
constexpr std::size_t longest_search = 64;

/// Keys taken before the capture is looked after again.
constexpr int keys_at_once = 32;

enum class Mode { table, details, help, search };

constexpr std::string_view keys_line = "q quit  / search  < > sort  r reverse  Enter details  ? help";

constexpr std::string_view columns_help =
    "#: from 0 in attach order, of all that are shown. AGE: since the client was attached. RATE: media over "
    "the last five seconds. MEDIA and LOST with a >:";

constexpr std::array<std::string_view, 11> help_lines{
    "Up Down PgUp PgDn Home End   choose a client",
    "Enter                        all that is known of it",
    "< >  or  Left Right          sort by another column",
    "r                            sort the other way round",
    "/                            search in addresses, names and players; Enter keeps it, Esc ends it",
    "Esc                          back",
    "Ctrl-L                       draw anew",
    "q  or  Ctrl-C                quit",
    "",
    columns_help,
    "at least so much, as the capture has gaps. Clients who have gone stay for a while, with why they went.",
};

/// While it lives, Ctrl-Z (SIGTSTP) waits until take() is called. Curses would answer it in a signal handler:
/// on whatever thread, in the middle of whatever that does, though it writes to the terminal and leaves
/// another errno behind.
class Suspension {
  public:
    Suspension()
    {
        struct sigaction now {};

        sigemptyset(&signals_);
        // A shell without jobs has it ignored.
        if (sigaction(SIGTSTP, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) {
            sigaddset(&signals_, SIGTSTP);
        }
        pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    }

    ~Suspension() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    Suspension(const Suspension&) = delete;
    Suspension& operator=(const Suspension&) = delete;

    /// If Ctrl-Z was pressed, gives the terminal back and stops the program. True when it goes on, with a
    /// screen to be drawn anew.
    [[nodiscard]] bool take() const
    {
        constexpr timespec at_once{};
        if (sigtimedwait(&signals_, nullptr, &at_once) != SIGTSTP) {
            return false;
        }
        def_prog_mode();
        endwin();
        kill(getpid(), SIGSTOP);
        reset_prog_mode();
        return true;
    }

  private:
    sigset_t signals_{};
    sigset_t before_{};
};

class Screen final : public WatchScreen {
  public:
    explicit Screen(SCREEN* screen) : screen_(screen)
    {
        set_term(screen_);
        cbreak();
        noecho();
        keypad(stdscr, TRUE);
        nodelay(stdscr, TRUE);
        curs_set(0);
        set_escdelay(50);
    }

    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    ~Screen() override
    {
        endwin();
        delscreen(screen_);
    }

    bool take_keys() override
    {
        bool any = suspension_.take();
        if (any) {
            clearok(curscr, TRUE);
        }
        int key = ERR;
        for (int i = 0; i < keys_at_once && (key = getch()) != ERR; ++i) {
            any = true;
            if (!(mode_ == Mode::search ? take_search_key(key) : take_key(key))) {
                return false;
            }
        }
        if (any) {
            draw();
        }
        return true;
    }

    void show(WatchView view) override
    {
        view_ = std::move(view);
        draw();
    }

  private:
    using Id = std::pair<std::uint64_t, std::uint32_t>;

    bool take_key(int key)
    {
        switch (key) {
        case 'q':
            return false;
        case KEY_RESIZE:
        case control_l:
            clearok(curscr, TRUE);
            break;
        case KEY_UP:
        case 'k':
            move_by(-1);
            break;
        case KEY_DOWN:
        case 'j':
            move_by(1);
            break;
        case KEY_PPAGE:
            move_by(-page());
            break;
        case KEY_NPAGE:
        case ' ':
            move_by(page());
            break;
        case KEY_HOME:
            move_by(-static_cast<std::ptrdiff_t>(order_.size()));
            break;
        case KEY_END:
            move_by(static_cast<std::ptrdiff_t>(order_.size()));
            break;
        case KEY_LEFT:
        case '<':
            sort_by(-1);
            break;
        case KEY_RIGHT:
        case '>':
            sort_by(1);
            break;
        case 'r':
            reversed_ = !reversed_;
            break;
        case '/':
            search_.clear();
            mode_ = Mode::search;
            break;
        case '?':
        case 'h':
            mode_ = mode_ == Mode::help ? Mode::table : Mode::help;
            break;
        case '\n':
        case '\r':
        case KEY_ENTER:
            mode_ = mode_ == Mode::table && !order_.empty() ? Mode::details : Mode::table;
            break;
        case escape:
            if (mode_ == Mode::table) {
                search_.clear();
            }
            mode_ = Mode::table;
            break;
        default:
            break;
        }
        return true;
    }

    bool take_search_key(int key)
    {
        if (key == escape) {
            search_.clear();
            mode_ = Mode::table;
        } else if (key == '\n' || key == '\r' || key == KEY_ENTER) {
            mode_ = Mode::table;
        } else if (key == KEY_BACKSPACE || key == delete_key || key == '\b') {
            if (!search_.empty()) {
                search_.pop_back();
            }
        } else if (key >= ' ' && key < delete_key && search_.size() < longest_search) {
            search_ += static_cast<char>(key);
        }
        return true;
    }

    void sort_by(int step)
    {
        constexpr int count = static_cast<int>(WatchColumn::state) + 1;
        column_ = static_cast<WatchColumn>((static_cast<int>(column_) + step + count) % count);
    }

    [[nodiscard]] std::ptrdiff_t page() const { return std::max(1, table_lines()); }

    [[nodiscard]] int table_lines() const
    {
        return LINES - static_cast<int>(view_.heading.size()) - 3; // a blank line, the titles, the last line
    }

    void move_by(std::ptrdiff_t step)
    {
        if (order_.empty()) {
            return;
        }
        const auto last = static_cast<std::ptrdiff_t>(order_.size()) - 1;
        const auto at = static_cast<std::ptrdiff_t>(selected_place());
        selected_ =
            view_.clients[order_[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + step, 0, last))]]
                .id;
    }

    /// Where the selected client is in the order; the first if it has left.
    [[nodiscard]] std::size_t selected_place() const
    {
        const auto at = std::find_if(order_.begin(), order_.end(), [this](std::size_t place) {
            return view_.clients[place].id == selected_;
        });
        return at == order_.end() ? 0 : static_cast<std::size_t>(at - order_.begin());
    }

    static void put(int line, std::size_t at, std::string_view text)
    {
        const auto width = static_cast<std::size_t>(std::max(COLS, 0));
        if (line >= 0 && line < LINES && at < width) {
            const std::string cut = cut_to(text, width - at);
            mvaddnstr(line, static_cast<int>(at), cut.data(), static_cast<int>(cut.size()));
        }
    }

    void draw()
    {
        order_ = chosen_order(view_.clients, search_, column_, reversed_);
        if (!order_.empty()) {
            selected_ = view_.clients[order_[selected_place()]].id;
        }
        erase();
        int line = 0;
        for (const std::string& text : view_.heading) {
            put(line++, 0, text);
        }
        ++line;
        if (mode_ == Mode::help) {
            draw_lines(line, help_lines);
        } else if (mode_ == Mode::details && !order_.empty()) {
            const std::size_t place = order_[selected_place()];
            draw_lines(line, details_of(view_.clients[place], place));
        } else {
            draw_table(line);
        }
        const std::string searching = fmt::format("/{}", search_);
        put(LINES - 1, 0,
            mode_ == Mode::search ? searching + "_"
            : search_.empty()
                ? view_.latest.empty() ? std::string{keys_line} : fmt::format("{}   ? help", view_.latest)
                : fmt::format("{}   {} of {}; Esc shows all", searching, order_.size(),
                              view_.clients.size()));
        refresh();
    }

    static void draw_lines(int line, const auto& lines)
    {
        for (const std::string_view text : lines) {
            put(line++, 0, text);
        }
    }

    void draw_table(int line)
    {
        const auto columns = place_columns(static_cast<std::size_t>(std::max(COLS, 0)), view_.clients);
        attron(A_REVERSE);
        mvhline(line, 0, ' ', COLS);
        for (const PlacedColumn& placed : columns) {
            const bool sorted = placed.column == column_;
            if (sorted) {
                attron(A_BOLD | A_UNDERLINE);
            }
            put_cell(line, placed, title_of(placed.column));
            if (sorted) {
                attroff(A_BOLD | A_UNDERLINE);
            }
        }
        attroff(A_REVERSE);
        ++line;
        const auto lines = static_cast<std::size_t>(std::max(0, table_lines()));
        const std::size_t selected = selected_place();
        if (lines == 0) {
            return;
        }
        first_ = std::min(first_, selected);
        first_ = selected >= first_ + lines ? selected - lines + 1 : first_;
        for (std::size_t i = first_; i < std::min(order_.size(), first_ + lines); ++i) {
            const WatchedClient& client = view_.clients[order_[i]];
            const bool gone = client.detach.reason != wmclients::timeline::EndReason::none;
            const auto style = (i == selected ? A_STANDOUT : A_NORMAL) | (gone ? A_DIM : A_NORMAL);
            attron(style);
            if (i == selected) {
                mvhline(line, 0, ' ', COLS);
            }
            for (const PlacedColumn& placed : columns) {
                put_cell(line, placed, cell_of(client, order_[i], placed.column));
            }
            attroff(style);
            ++line;
        }
    }

    static void put_cell(int line, const PlacedColumn& placed, std::string_view text)
    {
        // Half a number would be another number.
        const bool fits = wmclients::display_width(text) <= placed.width;
        const std::string cut =
            is_number(placed.column) && !fits ? std::string(placed.width, '#') : cut_to(text, placed.width);
        const std::size_t shift = is_number(placed.column) ? placed.width - wmclients::display_width(cut) : 0;
        put(line, placed.at + shift, cut);
    }

    SCREEN* screen_;
    Suspension suspension_;
    WatchView view_;
    std::vector<std::size_t> order_; ///< of the clients that are shown
    Mode mode_ = Mode::table;
    WatchColumn column_ = WatchColumn::number;
    bool reversed_ = false;
    std::string search_;
    Id selected_{};
    std::size_t first_ = 0; ///< the line of the order that is at the top
};

} // namespace

Expected<std::unique_ptr<WatchScreen>> WatchScreen::open()
{
    static_cast<void>(std::setlocale(LC_CTYPE, "")); // for curses alone: what is drawn is UTF-8
    SCREEN* const screen = newterm(nullptr, stdout, stdin);
    if (screen == nullptr) {
        return failure(
            Error::Kind::unavailable,
            "the terminal is not known (TERM), so there can be no table; --format jsonl prints events");
    }
    return std::make_unique<Screen>(screen);
}

} // namespace cli
