using MatterStack.Engine.Driving;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Driving;

/// <summary>Drivers for tests.</summary>
internal static class Plans
{
    public const string Id = "20261130_234850_0124077d";

    public static DriverPlan Create(DriverKind kind, string home = "/home/ann", string? run = null)
    {
        Assert.IsTrue(RunId.TryParse(Id, out var id));
        return new DriverPlan
        {
            Kind = kind,
            Run = new RunFolder(id, run ?? "/data/metals/runs/" + Id),
            Workspace = "metals",
            ProjectFile = "/data/metals/metals.proj",
            Machine = "login1",
            Home = home,
            Dotnet = "/opt/dotnet/dotnet",
            Environment = [new("HOME", home), new("PATH", "/usr/bin:/bin")],
        };
    }
}
