using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Own;

/// <summary>An operator of somebody else's: what it throws becomes a fact about the attempt, and never breaks a tick.</summary>
internal sealed class GuardedOperator(AttemptOperator own, string name, OperatorContext context) : AttemptOperator
{
    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        try
        {
            own.Observe(live);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nothing is known of them; to take one for never started could start it twice.
            foreach (var order in live)
            {
                context.Report(new Observation.Unknown(order.Attempt, context.Clock.GetUtcNow(), Told(e)));
            }
        }
    }

    public override void Start(AttemptOrder order)
    {
        try
        {
            own.Start(order);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            context.Report(new Observation.NotStarted(order.Attempt, context.Clock.GetUtcNow(), Told(e)));
        }
    }

    public override void Cancel(AttemptOrder order, string reason)
    {
        try
        {
            own.Cancel(order, reason);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            context.Report(new Observation.Unknown(order.Attempt, context.Clock.GetUtcNow(), Told(e)));
        }
    }

    public override void Hold() => Tolerate(own.Hold);

    public override void Release() => Tolerate(own.Release);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Tolerate(own.Dispose);
    }

    private static void Tolerate(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The next tick looks again.
        }
    }

    private string Told(Exception e) => $"{OperatorCodes.ProviderNotUsable}: {name} threw {e.GetType().Name}: {e.Message}{OwnProviders.At(e)}";
}
