using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Runs a small campaign in a temporary folder: <c>dotnet build -t:SelfTest</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class SelfTest : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    /// <inheritdoc />
    public void Cancel() => _cancel.Cancel();

    /// <inheritdoc />
    public override bool Execute() =>
        SelfTestCommand
            .Execute(
                new BuildLog(Log, new WarningsAsErrors(BuildEngine, null), BuildEngine.ProjectFileOfTaskNode),
                EngineHost.ThisMachine(),
                _cancel.Token
            )
            .Success;

    /// <inheritdoc />
    public void Dispose() => _cancel.Dispose();
}
