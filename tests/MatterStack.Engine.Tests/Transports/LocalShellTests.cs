using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Tests.Transports;

[TestClass]
public sealed class LocalShellTests : ShellSuite
{
    private protected override IShell Open() => new LocalShell(CleanEnvironment, TimeProvider.System);
}
