namespace MatterStack.Acceptance.Support;

/// <summary>What a task leaves that is not a plain file, and what must become of it wherever the task ran.</summary>
/// <param name="Name">A task id.</param>
/// <param name="Script">What it does in its work folder.</param>
/// <param name="Outputs">What it declares.</param>
internal sealed record OddOutput(string Name, string Script, params string[] Outputs)
{
    /// <summary>Part of the reason if the attempt fails; null: it ends well.</summary>
    public string? Fails { get; init; }

    /// <summary>Recorded outputs, sorted.</summary>
    public IReadOnlyList<string> Found { get; init; } = [];

    /// <summary>What <c>results.json</c> says.</summary>
    public string? Results { get; init; }

    /// <summary>Whether it says something only where modes of files keep somebody out: they do not keep out root.</summary>
    public bool NeedsModes { get; init; }

    public override string ToString() => Name;
}

/// <summary>One table for all ways: here, on a cluster that shares this machine's files, on one that is reached over ssh.</summary>
internal static class OddOutputs
{
    private const string Out = "is a link that leads out of the work folder";
    private const string Nothing = "is a link to nothing";
    private const string NotUtf8 = "has a name that is not UTF-8";

    private static readonly string LongName = new('n', 255);

    public static IReadOnlyList<OddOutput> All { get; } =
    [
        new("link_relative", "echo 1 > real; ln -s real link", "link") { Found = ["link"] },
        new("link_and_file", "echo 1 > real; ln -s ./real link", "link", "real") { Found = ["link", "real"] },
        new("link_absolute", "echo 1 > real; ln -s \"$PWD/real\" link", "link") { Found = ["link"] },
        new("link_physical", "echo 1 > real; ln -s \"$(pwd -P)/real\" link", "link") { Found = ["link"] },
        new("link_to_deps", "mkdir -p deps/first; echo 1 > deps/first/out; ln -s deps/first/out link", "link") { Found = ["link"] },
        new("link_to_folder", "mkdir d; echo 1 > d/a; echo 2 > d/b; ln -s d l", "l") { Found = ["l/a", "l/b"] },
        new("link_to_folder_pattern", "mkdir d; echo 1 > d/a.dat; echo 2 > d/b; ln -s d l", "l/*.dat") { Found = ["l/a.dat"] },
        new("link_to_deps_folder", "mkdir -p deps/first; echo 1 > deps/first/out; ln -s deps/first l", "l") { Found = ["l/out"] },
        new("link_on_the_way", "mkdir d; echo 1 > d/a; ln -s d l", "l/a") { Found = ["l/a"] },
        new("link_chain", "echo 1 > c; ln -s c b; ln -s b a", "a") { Found = ["a"] },
        new("link_out_and_in", "mkdir d; echo 1 > real; ln -s \"../../$(basename \"$(dirname \"$PWD\")\")/work/real\" link", "link")
        {
            Found = ["link"],
        },
        new("link_in_folder", "mkdir o; echo 1 > real; ln -s ../real o/f", "o") { Found = ["o/f"] },
        new("link_of_pattern", "echo 1 > real; ln -s real a.dat; echo 2 > b.dat", "*.dat") { Found = ["a.dat", "b.dat"] },
        new("linked_folder_below", "mkdir o d; echo 1 > d/a; echo 2 > o/x; ln -s ../d o/sub", "o") { Found = ["o/x"] },
        new("hard_link", "echo 1 > real; ln real hard", "hard", "real") { Found = ["hard", "real"] },
        new("dangling", "ln -s nowhere link", "link") { Fails = $"output 'link' {Nothing}" },
        new("dangling_chain", "ln -s b a; ln -s nowhere b", "a") { Fails = $"output 'a' {Nothing}" },
        new("dangling_in_folder", "mkdir o; echo 1 > o/x; ln -s nowhere o/link", "o") { Fails = $"output 'o/link' {Nothing}" },
        new("dangling_of_pattern", "ln -s nowhere a.dat", "*.dat") { Fails = $"output 'a.dat' {Nothing}" },
        new("dangling_not_declared", "ln -s nowhere link; echo 1 > x", "x") { Found = ["x"] },
        new("leading_out", "ln -s /etc/passwd link", "link") { Fails = $"output 'link' {Out}" },
        new("leading_out_to_nothing", "ln -s /nowhere/at/all link", "link") { Fails = $"output 'link' {Out}" },
        new("leading_to_the_attempt", "ln -s ../stdout.log link", "link") { Fails = $"output 'link' {Out}" },
        new("leading_out_folder", "ln -s /etc link", "link") { Fails = $"output 'link' {Out}" },
        new("leading_out_folder_pattern", "ln -s /etc link", "link/*") { Fails = $"output 'link' {Out}" },
        new("leading_out_in_folder", "mkdir o; echo 1 > o/x; ln -s /etc/passwd o/link", "o") { Found = ["o/x"] },
        new("leading_out_not_declared", "ln -s /etc link; echo 1 > x", "x") { Found = ["x"] },
        new("circle", "ln -s b a; ln -s a b", "a") { Fails = "output 'a' is a link that leads in a circle" },
        new("results_link", "echo '{\"v\": 1}' > r.json; ln -s r.json results.json") { Results = "{\"v\": 1}" },
        new("results_link_absolute", "mkdir d; echo '{\"v\": 2}' > d/r.json; ln -s \"$PWD/d/r.json\" results.json")
        {
            Results = "{\"v\": 2}",
        },
        new("results_dangling", "ln -s nowhere results.json") { Fails = $"results.json {Nothing}" },
        new("results_leading_out", "ln -s /etc/passwd results.json") { Fails = $"results.json {Out}" },
        new("results_folder", "mkdir results.json") { Fails = "results.json is not a regular file but a folder" },
        new("results_pipe", "mkfifo results.json") { Fails = "results.json is not a regular file but a named pipe" },
        new(
            "names",
            $"mkdir o; cd o; touch -- \"$(printf 'new\\nline')\" \"it's\" 'say \"so\"' -dash ' blank ' 'star*' 'back\\slash' 'ümlaut' "
                + $"'$HOME' {LongName}",
            "o"
        )
        {
            Found =
            [
                "o/ blank ",
                "o/$HOME",
                "o/-dash",
                "o/back\\slash",
                "o/it's",
                "o/new\nline",
                "o/" + LongName,
                "o/say \"so\"",
                "o/star*",
                "o/ümlaut",
            ],
        },
        new("long_path", "p=o; for i in 1 2 3 4; do p=$p/" + new string('d', 200) + "; done; mkdir -p $p; echo 1 > $p/f", "o/**/f")
        {
            Found = ["o/" + string.Concat(Enumerable.Repeat(new string('d', 200) + "/", 4)) + "f"],
        },
        new("not_utf8", "mkdir o; touch o/x \"$(printf 'o/a\\377b')\"", "o") { Fails = NotUtf8 },
        new("not_utf8_folder", "mkdir -p \"$(printf 'o/a\\377b')\"; touch \"$(printf 'o/a\\377b/x')\"", "o") { Fails = NotUtf8 },
        new("not_utf8_not_declared", "touch x \"$(printf 'a\\377b')\"", "x") { Found = ["x"] },
        new("empty", ": > e", "e") { Found = ["e"] },
        new("pipe", "mkfifo p", "p") { Fails = "output 'p' is not a regular file but a named pipe" },
        new("pipe_in_folder", "mkdir o; echo 1 > o/x; mkfifo o/p", "o") { Fails = "output 'o/p' is not a regular file but a named pipe" },
        new("pipe_not_declared", "mkfifo p; echo 1 > x", "x") { Found = ["x"] },
        new(
            "socket",
            "perl -e 'use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); chdir \"/proc/self/cwd\"; bind(S, sockaddr_un(\"s\"))'",
            "s"
        )
        {
            Fails = "output 's' is not a regular file but a socket",
        },
        new("link_to_pipe", "mkfifo p; ln -s p link", "link") { Fails = "output 'link' is not a regular file but a named pipe" },
        new("hole", "echo 1 > hole; truncate -s 200M hole; echo 2 >> hole", "hole") { Found = ["hole"] },
        new("empty_folder", "mkdir o", "o") { Fails = "declared outputs were not produced: o" },
        new("folder_of_folders", "mkdir -p o/a/b o/c; echo 1 > o/a/b/f", "o") { Found = ["o/a/b/f"] },
        new("nothing", "true", "x") { Fails = "declared outputs were not produced: x" },
        new("many", "mkdir o; i=0; while [ $i -lt 2000 ]; do echo $i > o/$i; i=$((i + 1)); done", "o")
        {
            Found = [.. Enumerable.Range(0, 2000).Select(i => $"o/{i}").Order(StringComparer.Ordinal)],
        },
        new(
            "growing",
            "echo begin > g; setsid sh -c 'i=0; while [ $i -lt 100 ]; do echo more >> g; sleep 0.02; i=$((i + 1)); "
                + "done' > /dev/null 2>&1 < /dev/null &",
            "g"
        )
        {
            Found = ["g"],
        },
        new("unreadable", "echo s > secret; chmod 000 secret", "secret") { Fails = "output 'secret' cannot be read", NeedsModes = true },
        new("unreadable_in_folder", "mkdir o; echo 1 > o/x; echo s > o/secret; chmod 000 o/secret", "o")
        {
            Fails = "output 'o/secret' cannot be read",
            NeedsModes = true,
        },
        new("unreadable_not_declared", "echo s > secret; chmod 000 secret; echo 1 > x", "x") { Found = ["x"], NeedsModes = true },
        new("unreadable_through_link", "echo s > secret; chmod 000 secret; ln -s secret link", "link")
        {
            Fails = "output 'link' cannot be read",
            NeedsModes = true,
        },
        new("closed_folder", "mkdir o; echo 1 > o/x; chmod 000 o", "o") { Fails = "cannot be read", NeedsModes = true },
        new("closed_folder_below", "mkdir -p o/p; echo 1 > o/x; chmod 000 o/p", "o") { Fails = "cannot be read", NeedsModes = true },
        new("closed_folder_not_declared", "mkdir p; echo 1 > x; chmod 000 p", "x") { Found = ["x"], NeedsModes = true },
        new("in_closed_folder", "mkdir p; echo 1 > p/x; chmod 000 p", "p/x") { Fails = "cannot be read", NeedsModes = true },
        new("results_unreadable", "echo '{}' > results.json; chmod 000 results.json")
        {
            Fails = "results.json cannot be read",
            NeedsModes = true,
        },
    ];
}
