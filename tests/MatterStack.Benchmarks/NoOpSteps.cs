namespace MatterStack.Benchmarks;

/// <summary>A <c>Step</c> that finds nothing to do, against a target that does nothing in a bare project with as many items.</summary>
internal sealed class NoOpSteps
{
    private const int People = 5_000;
    private const string OneProcess = "<ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup>";
    private const string OnePerson = "<ItemGroup><CampaignTask Include=\"a\" Kind=\"Gate\" Message=\"Is it good?\" /></ItemGroup>";

    private readonly string _folder;
    private readonly string _finished;
    private readonly string _waiting;
    private readonly string _crowd;
    private readonly string _bare;
    private readonly string _bareCrowd;

    /// <summary>Creates the projects and their runs.</summary>
    /// <param name="folder">Folder for the projects.</param>
    /// <param name="head">Begins a campaign's project.</param>
    public NoOpSteps(string folder, string head)
    {
        _folder = folder;
        var items = Enumerable.Range(0, People).Select(i => $"<CampaignTask Include=\"t{i}\" Kind=\"Gate\" Message=\"Is it good?\" />");
        var manyPeople = $"<ItemGroup>{string.Concat(items)}</ItemGroup>";
        _finished = CreateCampaign("finished", head + OneProcess);
        _waiting = CreateCampaign("waiting", head + OnePerson);
        _crowd = CreateCampaign("crowd", head + manyPeople);
        _bare = CreateProject("bare", "<Project><Target Name=\"Nop\" />");
        _bareCrowd = CreateProject("bare-crowd", $"<Project>{manyPeople}<Target Name=\"Nop\" />");
    }

    /// <summary>Measures all in turn.</summary>
    /// <param name="where">How the campaign gets its targets, for the names of the figures.</param>
    public IEnumerable<Figure> Measure(string where)
    {
        var few = Cost.InTurn(15, Step(_finished), Step(_waiting), Nop(_bare));
        yield return Figure.Time($"no-op Step of a finished run {where}, against an empty target", few[0], few[2], false, "<= 1.6 x");
        var person = $"no-op Step of a run that waits for one person {where}, against an empty target";
        yield return Figure.Time(person, few[1], few[2], false, "<= 1.75 x");
        var (crowd, items) = Cost.Compare(9, Step(_crowd), Nop(_bareCrowd));
        var people =
            $"no-op Step of a run that waits for {People:N0} people {where}, " + "against an empty target of a project with the same items";
        yield return Figure.Time(people, crowd, items, false, "<= 1.6 x");
    }

    private static Func<Cost> Step(string campaign) => () => Shell.Time(campaign, "dotnet", "build", "-t:Step");

    private static Func<Cost> Nop(string project) => () => Shell.Time(project, "dotnet", "build", "-t:Nop");

    private string CreateCampaign(string name, string text)
    {
        var campaign = CreateProject(name, text);
        Shell.Run(campaign, "dotnet", "build", "-t:Loop");
        return campaign;
    }

    private string CreateProject(string name, string text)
    {
        var project = Path.Combine(_folder, name);
        Directory.CreateDirectory(project);
        File.WriteAllText(Path.Combine(project, name + ".proj"), text + "</Project>");
        return project;
    }
}
