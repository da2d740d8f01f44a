namespace MatterStack.Acceptance.Support;

/// <summary>A workspace in a temporary folder, outside of the repository, and a folder beside it where tasks leave traces and tests leave
/// signs.</summary>
internal sealed class Campaign : IDisposable
{
    private readonly string _root;

    /// <param name="body">What the project says besides the import; tasks find the folder of traces and signs in <c>$OUT</c>.</param>
    /// <param name="name">Name of the workspace's folder.</param>
    /// <param name="below">A folder to make all of this in; null: that for temporary files.</param>
    public Campaign(string body, string name = "probe", string? below = null)
    {
        _root = below is null
            ? Directory.CreateTempSubdirectory("matterstack-acceptance-").FullName
            : Directory.CreateDirectory(Path.Combine(below, Path.GetRandomFileName())).FullName;
        Folder = Path.Combine(_root, name);
        Signs = Path.Combine(_root, "signs");
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Signs);
        // As in every workspace of the repository: a campaign's progress is to be seen.
        File.WriteAllText(Path.Combine(Folder, "Directory.Build.rsp"), "-tl:off\n");
        Declare(body);
    }

    public string Folder { get; }

    public string Signs { get; }

    /// <summary>What its commands find in their environment besides.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string Project => Path.Combine(Folder, "probe.proj");

    public string Runs => Path.Combine(Folder, "runs");

    /// <summary>Command that goes on when the test gives a sign, or has gone.</summary>
    public static string WaitFor(string sign) => $"until [ -e &quot;$OUT/{sign}&quot; ] || [ ! -d &quot;$OUT&quot; ]; do sleep 0.05; done";

    /// <summary>Command that leaves a line in a log of all starts.</summary>
    public const string LogStart = "echo &quot;$MATTERSTACK_TASK_ID $MATTERSTACK_ATTEMPT_ID&quot; >> &quot;$OUT/log&quot;";

    public void Declare(string body) =>
        Write(
            "probe.proj",
            $"""
            <Project>
              <Import Project="{Repository.Targets}" />
              <ItemDefinitionGroup><CampaignTask><Env>OUT={Signs}</Env></CampaignTask></ItemDefinitionGroup>
            {body}
            </Project>
            """
        );

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Sign(string name) => Path.Combine(Signs, name);

    public void Give(string sign) => File.WriteAllText(Sign(sign), "");

    /// <summary>Ids of tasks in the order in which they were started.</summary>
    public string[] Started() => File.Exists(Sign("log")) ? [.. File.ReadAllLines(Sign("log")).Select(l => l.Split(' ')[0])] : [];

    public BuildOutcome Build(string target, params string[] arguments)
    {
        using var build = Start(target, arguments);
        return build.Wait();
    }

    public DotnetBuild Start(string target, params string[] arguments) =>
        DotnetBuild.Start(Folder, ["-t:" + target, .. arguments], Environment);

    /// <summary>The newest run.</summary>
    public Run Run() => new(Directory.GetDirectories(Runs).Order(StringComparer.Ordinal).Last());

    public void Dispose()
    {
        // Takes the signs first: commands that still wait for one see it and end.
        Directory.Delete(Signs, recursive: true);
        Wait.Until(TryDelete, $"{_root} to be deleted");
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(_root, recursive: true);
            return true;
        }
        catch (IOException)
        {
            // A command that is just ending writes its exit code.
            return false;
        }
    }
}
