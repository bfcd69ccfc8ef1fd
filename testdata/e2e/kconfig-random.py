#!/usr/bin/env python3
# Random Kconfig trees, configurations, modes and answers: the tree's own conf and ours must print the same, end the same and leave the
# same files. Where the C tool asks for ever or crashes nothing is compared.
#
#   testdata/e2e/kconfig-random.py TREE REFERENCE OURS SEED COUNT
#
# TREE is a kernel tree, REFERENCE the conf that was built from it (make -C TREE O=DIR allnoconfig: DIR/scripts/kconfig/conf), OURS gokbuild
# under the name conf. SHOW=1 keeps the last case that differs below OURS's folder, in "case".
import os, random, shutil, subprocess, sys, tempfile

TREE, REF, GK, seed0, count = sys.argv[1], sys.argv[2], os.path.abspath(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
sources = open(TREE + '/scripts/kconfig/symbol.c').read() + open(TREE + '/scripts/kconfig/conf.c').read()
new = 'syncconfig' in sources
lists = 'sym_get_choice_prop' not in sources  # choices are lists, and have no names
CASES = os.path.join(os.path.dirname(GK), 'case')
WORK = tempfile.mkdtemp()

def gen(r):
    n=r.randint(2,14)
    names=['S%d'%i for i in range(n)]
    types={}
    for s in names: types[s]=r.choice(['bool']*4+['tristate']*4+['int','hex','string'])
    logical=[s for s in names if types[s] in('bool','tristate')] or ['S0']
    def sym():
        x=r.random()
        if x<.75: return r.choice(names)
        if x<.85: return r.choice(['y','m','n'])
        if x<.92: return r.choice(['UNDEF','MODULES'])
        return r.choice(['"y"','"foo"','5','0x10','""'])
    def expr(d=0):
        x=r.random()
        if d>2 or x<.4: return sym()
        if x<.55: return '!'+(sym() if r.random()<.6 else '('+expr(d+1)+')')
        if x<.7: return expr(d+1)+' && '+expr(d+1)
        if x<.82: return expr(d+1)+' || '+expr(d+1)
        if x<.92: return sym()+r.choice(['=','!=']+['<','<=','>','>='])+sym()
        return '('+expr(d+1)+')'
    def cond(p=.5): return ' if '+expr() if r.random()<p else ''
    def value(t):
        if t=='int': return r.choice(['0','5','10','-3','100','abc','0x5',r.choice(names),'"7"'])
        if t=='hex': return r.choice(['0x0','0x10','ff','0xABC','10',r.choice(names)])
        if t=='string': return r.choice(['"foo"','"a b"','""','"q\\"x"',"'s'",r.choice(names),'bare'])
        return expr() if r.random()<.6 else r.choice(['y','m','n'])
    L=[]
    def opts(s,ind,inchoice=False):
        t=types[s]
        o=[]
        p=r.random()
        if r.random()<.15: o.append('def_'+t+' '+value(t)+cond()) if t in('bool','tristate') else o.append(t)
        elif p<.7: o.append(t+' "'+s.lower()+' prompt"'+cond(.35))
        else: o.append(t)
        if p>=.9 : o.append('prompt "'+s.lower()+' p2"'+cond(.4))
        for _ in range(r.randint(0,2)): o.append('default '+value(t)+cond())
        for _ in range(r.choice([0,0,1,1,2])): o.append('depends on '+expr())
        if t in('bool','tristate') and not (inchoice and r.random()<.8):
            for _ in range(r.choice([0,0,0,1,2])): o.append('select '+r.choice(logical if r.random()<.9 else names)+cond(.4))
            if new:
                for _ in range(r.choice([0,0,0,1])): o.append('imply '+r.choice(logical)+cond(.4))
        if t in('int','hex') and r.random()<.6:
            a,b=(('1','10') if t=='int' else ('0x1','0x20')) if r.random()<.7 else (r.choice(names),'50' if t=='int' else '0x50')
            o.append('range %s %s'%(a,b)+cond(.3))
        if not new and r.random()<.1: o.append('option env="ENVV"' if r.random()<.5 else 'option defconfig_list' if r.random()<.3 else 'option allnoconfig_y')
        if r.random()<.1 and not inchoice: o.append('help\n'+ind+'\t  Help for '+s+'.\n\n'+ind+'\t  More.')
        else: r.shuffle(o) if r.random()<.1 else None
        return o
    left=list(names)
    def block(depth,ind=''):
        k=r.randint(1,5)
        for _ in range(k):
            x=r.random()
            if x<.55 or depth>2:
                if not left and r.random()<.8: continue
                s=left.pop(0) if left else r.choice(names)
                L.append(ind+r.choice(['config','config','config','menuconfig'])+' '+s)
                L.extend(ind+'\t'+o for o in opts(s,ind))
            elif x<.65:
                L.append(ind+'menu "menu %d"'%len(L))
                if r.random()<.4: L.append(ind+'\tdepends on '+expr())
                if r.random()<.25: L.append(ind+'\tvisible if '+expr())
                block(depth+1,ind); L.append(ind+'endmenu')
            elif x<.75:
                L.append(ind+'if '+expr()); block(depth+1,ind); L.append(ind+'endif')
            elif x<.82:
                L.append(ind+'comment "comment %d"'%len(L))
                if r.random()<.4: L.append(ind+'\tdepends on '+expr())
            else:
                L.append(ind+'choice'+(' CH%d'%len(L) if not lists and r.random()<.2 else ''))
                ct=r.choice(['bool','tristate','']) if not lists else r.choice(['','bool',''])
                cn=[]
                o=[]
                if ct and r.random()<.4: o.append(ct+' "choice %d"'%len(L)+cond(.3))
                else:
                    o.append('prompt "choice %d"'%len(L)+cond(.3))
                    if ct: o.append(ct)
                if r.random()<.3 and not lists : o.append('optional')
                if r.random()<.4: o.append('depends on '+expr())
                m=r.randint(1,4)
                cn=[left.pop(0) for _ in range(min(m,len(left)))]
                for s in cn: 
                    if r.random()<.93: types[s]=('tristate' if ct=='tristate' and r.random()<.8 else 'bool')
                if cn:
                    for _ in range(r.choice([0,1,1,2])): o.append('default '+r.choice(cn if r.random()<.9 else names)+cond(.4))
                L.extend(ind+'\t'+q for q in o)
                for s in cn:
                    if r.random()<.1: L.append(ind+'if '+expr())
                    else: s=' '+s
                    L.append(ind+'config '+s.strip()); L.extend(ind+'\t'+q for q in opts(s.strip(),ind,True))
                    if s[0]!=' ': L.append(ind+'endif')
                L.append(ind+'endchoice')
    if r.random()<.7:
        L.append('config MODULES\n\tbool "modules"\n'+('\tmodules\n' if new else '\toption modules\n')+('\tdefault y\n' if r.random()<.7 else ''))
    if new and r.random()<.3:
        L.append('mac := '+r.choice(['y','n','$(shell,echo m)','$(if-x)']))
        L.append('f = $(if-success-x,$(1))$(2)')
    if r.random()<.5: L.insert(0,'mainmenu "Main '+r.choice(['','$(UNAME)','x'])+'"')
    while left: block(0)
    return '\n'.join(L)+'\n',names,types
def dotconfig(r,names,types):
    out=[]
    for s in names+['MODULES','NOSUCH']:
        x=r.random()
        if x<.35: continue
        t=types.get(s,'bool')
        if t in('bool','tristate'):
            v=r.choice(['y','m','n','y','m','junk',''])
            out.append('# CONFIG_%s is not set'%s if x<.55 else 'CONFIG_%s=%s'%(s,v))
        elif t=='string': out.append('CONFIG_%s=%s'%(s,r.choice(['"foo"','"a b"','""','"x\\"y"','noquote','"unterminated'])))
        else: out.append('CONFIG_%s=%s'%(s,r.choice(['5','0x10','-1','abc','99','','0xffff'])))
    r.shuffle(out)
    if r.random()<.05: out.insert(r.randint(0,len(out)),r.choice(['garbage','CONFIG_','# CONFIG_X','CONFIG_S0 =y','=y']))
    return '\n'.join(out)+('\n' if r.random()<.95 else '')
def modes(r):
    m=['--olddefconfig','--oldconfig','--allyesconfig','--allmodconfig','--allnoconfig','--alldefconfig','--randconfig','--savedefconfig=dc','--listnewconfig','--syncconfig' if new else '--silentoldconfig','--defconfig=dcin','--oldaskconfig']
    if new: m+=['--helpnewconfig','--yes2modconfig','--mod2yesconfig','--mod2noconfig']
    return r.choice(m)
def snapshot(d):
    o={}
    for b,_,fs in os.walk(d):
        for f in fs:
            p=os.path.join(b,f); o[os.path.relpath(p,d)]=open(p,'rb').read()
    return o
def run(prog,d,args,env,stdin):
    try: p=subprocess.run([prog]+args,cwd=d,env=env,input=stdin,capture_output=True,timeout=10)
    except subprocess.TimeoutExpired as e: return ('TIMEOUT',(e.stdout or b'')[:2000],b'')
    return (p.returncode,p.stdout,p.stderr)
bad = tot = 0
for k in range(count):
    seed=seed0+k
    r=random.Random(seed)
    kc,names,types=gen(r)
    dc=dotconfig(r,names,types) if r.random()<.75 else None
    dcin=dotconfig(r,names,types)
    mode=modes(r)
    answers='\n'.join(r.choice(['y','n','m','','?','1','2','3','5','0x10','foo','abc','y?','n?','9']) for _ in range(40))+'\n'
    if r.random()<.1: answers=''
    env={'PATH':os.environ['PATH'],'srctree':'.','KERNELVERSION':'1.2','LC_ALL':'C','HOME':'/root'}
    if r.random()<.2: env['KCONFIG_WERROR']='1'
    if r.random()<.2: env['KCONFIG_WARN_UNKNOWN_SYMBOLS']='1'
    if r.random()<.3: env['KCONFIG_ALLCONFIG']=r.choice(['1','ac',''])
    if r.random()<.3: env['KCONFIG_NOSILENTUPDATE']='1'
    if r.random()<.2: env['KCONFIG_OVERWRITECONFIG']='1'
    if r.random()<.1: env['KCONFIG_CONFIG']=r.choice(['cfg','sub/cfg'])
    if r.random()<.1: env['CONFIG_']=r.choice(['','BR2_'])
    if r.random()<.2: env['KCONFIG_PROBABILITY']=r.choice(['30','10:20','10:20:30','x'])
    env['KCONFIG_SEED']=str(r.randint(0,1<<32))
    ac=dotconfig(r,names,types)
    args=['-s'] if r.random()<.2 and new else []
    args+=[mode,'Kconfig']
    res=[]
    for i,prog in enumerate((REF,GK)):
        d = WORK + '/d'
        shutil.rmtree(d,ignore_errors=True); os.makedirs(d+'/scripts'); os.symlink(TREE+'/scripts/kconfig',d+'/scripts/kconfig')
        os.makedirs(d+'/sub')
        open(d+'/Kconfig','w').write(kc)
        if dc is not None: open(d+'/.config','w').write(dc)
        open(d+'/dcin','w').write(dcin); open(d+'/ac','w').write(ac); open(d+'/all.config','w').write(ac)
        os.makedirs(d+'/include/generated',exist_ok=True); os.makedirs(d+'/include/config',exist_ok=True)
        out=run(prog,d,args,env,answers.encode())
        second=run(prog,d,['--syncconfig' if new else '--silentoldconfig','Kconfig'],env,b'') if seed%3==0 else None
        os.unlink(d+'/scripts/kconfig')
        res.append((out,second,snapshot(d)))
    tot+=1
    if res[0]!=res[1]:
        if any(r and (r[0]=="TIMEOUT" or r[0]<0) for r in res[0][:2]): continue   # the tool asks for ever, or crashes, the first time or the second
        bad+=1
        print('SEED',seed,args,'differs:',[n for n,a,b in zip(('status','out','err'),res[0][0],res[1][0]) if a!=b],'second' if res[0][1]!=res[1][1] else '',[f for f in set(res[0][2])|set(res[1][2]) if res[0][2].get(f)!=res[1][2].get(f)])
        if os.environ.get('SHOW'):
            o = CASES; shutil.rmtree(o,ignore_errors=True); os.makedirs(o)
            open(o+'/Kconfig','w').write(kc); open(o+'/dotconfig','w').write(dc or ''); open(o+'/env','w').write(repr(env)); open(o+'/ac','w').write(ac); open(o+'/answers','w').write(answers)
            for i,n in enumerate(('ref','gk')):
                open(o+f'/{n}.out','wb').write(res[i][0][1]); open(o+f'/{n}.err','wb').write(res[i][0][2]); open(o+f'/{n}.st','w').write(str(res[i][0][0]))
                for f,t in res[i][2].items():
                    if f in ('.config','dc','include/config/auto.conf'): open(o+f'/{n}.'+f.replace('/','_'),'wb').write(t)
shutil.rmtree(WORK)
print(tot, 'cases,', bad, 'differ')
sys.exit(bad > 0)
