using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>An operator and its cluster, which leave together.</summary>
internal sealed class Opened(SchedulerConnection cluster, AttemptOperator inner) : AttemptOperator
{
    public override void Observe(IReadOnlyList<AttemptRequest> live) => inner.Observe(live);

    public override void Start(AttemptRequest request) => inner.Start(request);

    public override void Hold() => inner.Hold();

    public override void Release() => inner.Release();

    public override void Cancel(AttemptRequest request, string reason) => inner.Cancel(request, reason);

    public override bool TryWithdraw(AttemptRequest request, string reason) => inner.TryWithdraw(request, reason);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        inner.Dispose();
        cluster.Dispose();
    }
}
