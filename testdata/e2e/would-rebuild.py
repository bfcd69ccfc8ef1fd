#!/usr/bin/env python3
"""would-rebuild.py GOKBUILD WORK ROUNDS SEED [GOAL...]: after each of some random edits asks --query=would-rebuild and then builds, and
compares the targets whose recipes ran. WORK holds a tree (src) and what was built of it (out); GOKBUILD is an absolute name.

MISSED are targets that were made and not told of; extra are those that were told of, and spared since what they need came out the same.
"""
import json,os,random,subprocess,sys
gk,work,n,seed=sys.argv[1],sys.argv[2],int(sys.argv[3]),int(sys.argv[4])
goal=sys.argv[5:]
rng=random.Random(seed)
src=work+'/src'; out=work+'/out'
env=dict(os.environ)
def run(*a,**k): return subprocess.run([gk,'-C',src,'O='+out,*a],capture_output=True,text=True,env=env,**k)
files=[os.path.join(d,f) for d,_,fs in os.walk(src) for f in fs if f.endswith(('.c','.h','.S')) or f.startswith('Makefile') or f=='Kbuild' or f.startswith('Kconfig')]
if len(files)>500: 
    done=set()
    for d,_,fs in os.walk(out):
        for f in fs:
            if f.endswith('.o'): done.add(os.path.relpath(os.path.join(d,f[:-2]),out))
    files=[f for f in files if os.path.relpath(f.rsplit('.',1)[0],src) in done]
files.sort()
def events(*a):
    ev=work+'/ev.json'
    r=run('--json='+ev,*a)
    dirs={};settle=set();ran=set();phony=set()
    for line in open(ev):
        e=json.loads(line)
        if e['event']=='make':
            dirs[e['make']]=e.get('dir','')
            if e.get('settling'): settle.add(e['make'])
        if e['event']=='done' and e.get('make') not in settle and e.get('ran'):
            ran.add(os.path.normpath(os.path.join(dirs.get(e['make'],''),e['target'])))
    return r,ran
eq=miss=extra=0
for i in range(n):
    f=rng.choice(files); kind=rng.choice(['touch','line','remove','comment'])
    if kind=='touch': os.utime(f)
    elif kind=='remove':
        objs=[os.path.join(d,x) for d,_,xs in os.walk(out) for x in xs if x.endswith('.o') and '/scripts/' not in d]
        f=rng.choice(sorted(objs)); os.remove(f)
    else:
        s=open(f,errors='replace').read(); c=f.endswith(('.c','.h','.S'))
        s+= ('\n/* %d */\n'%i if c else '\n# %d\n'%i) if kind=='comment' or not c or f.endswith('.S') else '\nextern int added_%d;\n'%i
        open(f,'w').write(s)
    q=run('--query=would-rebuild','--json',*goal)
    said=set()
    try:
        for t in json.loads(q.stdout)['targets']:
            x=t['target']; p=os.path.normpath(os.path.join(out,x)); said.add(p)
    except Exception as e: print('query failed',q.returncode,q.stderr[-300:])
    r,ran=events('-j2',*goal)
    ran={x for x in ran}
    m=ran-said; x=said-ran
    if not m and not x: eq+=1
    if m: miss+=1; print(i,kind,os.path.relpath(f,work),'MISSED',sorted(os.path.relpath(y,out) for y in m)[:8])
    if x: extra+=1; print(i,kind,os.path.relpath(f,work),'extra',sorted(os.path.relpath(y,out) for y in x)[:8])
    if r.returncode: print(i,'build failed',r.stderr[-200:])
print('equal',eq,'missed',miss,'extra',extra)
