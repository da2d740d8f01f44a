namespace MatterStack.Engine.Tests;

/// <summary>Excludes a test, or all tests of a class, from the fast run of CONTRIBUTING.md, which takes less than a minute.</summary>
/// <remarks>Mark a class whose tests together take more than about three seconds, and a single test that takes more than two.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class SlowAttribute : TestCategoryBaseAttribute
{
    public override IList<string> TestCategories => ["Slow"];
}
